"""Rejections: a record that could not be used is published to a topic of its own, whole or cut, with its fingerprint."""

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from importlib.metadata import version

import msgspec

from agents.carrier.record import ConsumerRecord, Unreadable
from schemas.outputs.rejections import Rejection
from schemas.topics import REJECTIONS

Headers = Sequence[tuple[str, bytes]]

KEPT_VALUE = 64 * 1024  # bytes; librdkafka refuses 1,000,001 while a broker accepts 1,048,588, so a whole record may not fit
KEPT_KEY = 4 * 1024  # bytes
KEPT_HEADERS = 32  # headers
KEPT_HEADER = 1024  # bytes of a header's value, and characters of its name
VERSION = version("sojourn")


def rejection_record(
    record: ConsumerRecord, reason: str, error: str = "", detector: str = "", *, in_part: bool = False
) -> tuple[bytes, Headers]:
    """Return the bytes and the headers of a rejection, ready to emit.

    Its id is the record's place in the log. If the record is read again, the rejection has the same id. Never raises for a record
    that a broker can deliver. The result has at most about 150 KiB.
    """
    value, key = record.value, record.key
    first = record.first if isinstance(record, Unreadable) else record.offset
    rejection = Rejection(
        id=f"{record.topic}-{record.partition}-{first}",
        topic=record.topic,
        partition=record.partition,
        offset=first,
        last_offset=record.offset,
        logged_at=record.timestamp,
        reason=reason,
        error=error[:KEPT_HEADER],
        detector=detector,
        in_part=in_part,
        version=VERSION,
        value=None if value is None else _text(value[:KEPT_VALUE]),
        value_length=len(value or b""),
        value_sha256=sha256(value or b"").hexdigest(),
        key=None if key is None else _text(key[:KEPT_KEY]),
        headers=[(name[:KEPT_HEADER], _text((held or b"")[:KEPT_HEADER])) for name, held in record.headers[:KEPT_HEADERS]],
    )
    return msgspec.json.encode(rejection), _envelope(rejection)


def _text(raw: bytes) -> str:
    return b64encode(raw).decode()


def _envelope(rejection: Rejection) -> Headers:
    return [
        ("ce_specversion", b"1.0"),
        ("ce_id", rejection.id.encode()),
        ("ce_source", b"sojourn"),
        ("ce_type", REJECTIONS.encode()),
        ("content-type", b"application/json"),
    ]
