"""The signature of a control record. It binds the record to one partition of one topic.

The place of a record is the topic's id and the partition's number. Kafka gives every topic a random id when it is created. So the place
also differs on another cluster, and after a topic was deleted and created again. A signed record that somebody copies does not count.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from typing import Literal

SIGNATURE = "sojourn-signature"  # header: HMAC-SHA256 of the place and the value under the workers' key, and behind it the place
_DIGEST = 32  # bytes

Verdict = Literal["signed", "elsewhere", "unsigned"]


def place_of(topic_id: str, partition: int) -> bytes:
    """Return the place of the records of a partition. The zero byte ends it: no value begins with one.

    >>> place_of("3kLwYqFvTVmOyzT9QmxWHw", 2)
    b'3kLwYqFvTVmOyzT9QmxWHw/2\\x00'
    """
    return f"{topic_id}/{partition}\0".encode()


def signature(key: bytes, place: bytes, value: bytes) -> bytes:
    """Return the header of a control record with this value, at this place.

    >>> signature(b"secret", b"topic/2", b"{}")[32:]
    b'topic/2'
    """
    return hmac.digest(key, place + value, "sha256") + place


def verdict(keys: Sequence[bytes], place: bytes, value: bytes, headers: Iterable[tuple[str, bytes]]) -> Verdict:
    """Return whether one of these keys signed this value for this place, for another place (`elsewhere`), or not at all.

    >>> headers = [(SIGNATURE, signature(b"secret", b"topic/2", b"{}"))]
    >>> verdict([b"secret"], b"topic/2", b"{}", headers), verdict([b"secret"], b"topic/3", b"{}", headers)
    ('signed', 'elsewhere')
    >>> verdict([b"another", b"secret"], b"topic/2", b"{}", headers), verdict([b"another"], b"topic/2", b"{}", headers)
    ('signed', 'unsigned')
    """
    given = next((v for k, v in headers if k == SIGNATURE), b"")
    said, at = given[:_DIGEST], given[_DIGEST:]
    if not any(hmac.compare_digest(said, hmac.digest(key, at + value, "sha256")) for key in keys):
        return "unsigned"
    return "signed" if at == place else "elsewhere"
