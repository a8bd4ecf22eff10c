"""Makes Kafka records of a journey's outputs: JSON with CloudEvents headers in binary mode; the key is the customer."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import msgspec

from agents.kafka.partitioning import partition_of
from schemas.control import Addressed
from schemas.control.signing import SIGNATURE, place_of, signature
from schemas.outputs import Output
from schemas.topics import TOUCHPOINTS

LOGGED_AT = "journey_logged_at"  # header: the log's time (ms UTC) of the causing record; arrival minus this time is our latency

_encode = msgspec.json.Encoder().encode
_SPEC, _SOURCE, _CONTENT = ("ce_specversion", b"1.0"), ("ce_source", b"sojourn"), ("content-type", b"application/json")
_TYPES: dict[type[Output], tuple[str, bytes]] = {}


class Published(NamedTuple):
    """One record to publish."""

    topic: str
    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]
    partition: int | None = None  # None: the key decides


def published(output: Output, logged_at: int) -> Published:
    """Return the record of this output. `logged_at` is the log's time (ms UTC) of the record that caused it.

    >>> from schemas.outputs.transitions import StageEntered
    >>> entered = StageEntered(id="1", customer="c7", at="2026-01-05T08:00:00.000Z", stage="using", left="", direction="forward", dwell_s=0)
    >>> made = published(entered, 7)
    >>> made.topic, made.key, made.headers[-1]
    ('journey.transitions.v1', b'c7', ('journey_logged_at', b'7'))
    """
    kind = type(output)
    headers = [
        _SPEC,
        ("ce_id", output.id.encode()),
        _SOURCE,
        _TYPES.get(kind) or _type_header(kind),
        ("ce_time", output.at.encode()),
        _CONTENT,
        (LOGGED_AT, b"%d" % logged_at),
    ]
    return Published(output.topic, output.customer.encode(), _encode(output), headers)


def told(control: Addressed, control_key: bytes, topic_id: str, partitions: int) -> Published:
    """Return the signed record of a control for another journey, under that journey's key, for the partition of that key.

    >>> from schemas.control import Tick
    >>> made = told(Tick(customer="c7", due=1), b"secret", "topic", 4)
    >>> made.key, made.value, made.partition
    (b'c7', b'{"kind":"tick","customer":"c7","due":1}', 3)
    """
    key, value = control.customer.encode(), _encode(control)
    number, place = _place(key, topic_id, partitions)
    return Published(TOUCHPOINTS, key, value, [(SIGNATURE, signature(control_key, place, value))], number)


@lru_cache(8192)  # a customer's touchpoints are forwarded one by one: 0.1 microseconds each in place of 3
def _place(key: bytes, topic_id: str, partitions: int) -> tuple[int, bytes]:
    number = partition_of(key, partitions)
    return number, place_of(topic_id, number)


def _type_header(kind: type[Output]) -> tuple[str, bytes]:
    found = _TYPES[kind] = ("ce_type", f"journey.{kind.__struct_config__.tag}".encode())
    return found
