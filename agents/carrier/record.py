"""What is stored beside the journeys: the partition's own record, and the keys that keep the two apart."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

MAX_KEY = 512  # bytes of a journey's key; longer ones are rejected before they become state
PARTITION_KEY = b"p"
STATE = b"s"  # the type byte before every journey's key: no customer can be called like the partition record
ROW = b"r"  # the type byte before the key of any other row that a job keeps


class ConsumerRecord(Protocol):
    """One record as the broker logged it. `timestamp` in ms since 1970."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def timestamp(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Sequence[tuple[str, bytes]]: ...


class FetchedRecord(msgspec.Struct, gc=False):
    """What a `ConsumerRecord` is in a worker: aiokafka's own costs 2 us an event to make, this a tenth, and nobody reads the rest."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]


class PartitionRecord(msgspec.Struct, frozen=True, array_like=True):
    """Progress, written with the states it belongs to, in one transaction: read back together, they agree.

    `position` is the next offset to read, `topic_id` the identity of the source topic (a topic made again under the same
    name has another one), `body` whatever the job keeps per partition.

    >>> PartitionRecord.decode(PartitionRecord(7, "abc", b"").encode()).position
    7
    """

    position: int
    topic_id: str
    body: bytes = b""
    version: int = 1

    def encode(self) -> bytes:
        return msgspec.msgpack.encode(self)

    @staticmethod
    def decode(value: bytes) -> "PartitionRecord":
        return msgspec.msgpack.decode(value, type=PartitionRecord)


def row_key(changelog_key: bytes) -> bytes | None:
    """The key of a row that a job keeps beside its journeys; None for a journey's and for the partition's own.

    >>> row_key(b"rcell-1"), row_key(b"scustomer-1")
    (b'cell-1', None)
    """
    return changelog_key[1:] if changelog_key[:1] == ROW else None


def journey_key(changelog_key: bytes) -> bytes | None:
    """The journey's key of a changelog record, None for any other.

    >>> journey_key(b"scustomer-1"), journey_key(b"p")
    (b'customer-1', None)
    """
    return changelog_key[1:] if changelog_key[:1] == STATE else None
