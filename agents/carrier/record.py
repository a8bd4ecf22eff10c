"""The record of a partition, which is stored beside its journeys, and the type bytes that tell the keys apart."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

MAX_KEY = 512  # bytes of a journey's key; records with a longer key are rejected
PARTITION_KEY = b"p"
STATE = b"s"  # the type byte before every journey's key, so that no customer's key can equal the partition record's
ROW = b"r"  # the type byte before the key of any other row that a job stores


class ConsumerRecord(Protocol):
    """One record in the broker's log. `timestamp` is in ms since 1970 (UTC)."""

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
    """The `ConsumerRecord` of a worker. aiokafka's own class takes 2 µs per event to create, this one a tenth.

    It has only the fields that we read.
    """

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]


DAMAGED = "damaged_batch"


class Unreadable(FetchedRecord, gc=False):
    """Stands in the log's place of a record, or of a whole batch, that cannot be read. The ledger rejects it and goes on behind it.

    `offset` is the last place that it stands for, `first` the first. `value` has the bytes that could not be read: of one record what
    could be told apart, of a batch all of it, packed.

    With the reason DAMAGED nobody knows what was sent, so only a person may pass it by. The ledger stands still at `first`: there
    `offset` is the place before it.
    """

    first: int
    reason: str
    error: str


class PartitionRecord(msgspec.Struct, frozen=True, array_like=True):
    """The progress of a partition. It is written in one transaction with the states, so that the two always agree.

    `position` is the next offset to read. `topic_id` identifies the source topic: a topic created again under the same name has
    another id. `body` is what the job stores per partition.

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
    """Return the key of a row that a job stores beside its journeys. None for a journey and for the partition record.

    >>> row_key(b"rcell-1"), row_key(b"scustomer-1")
    (b'cell-1', None)
    """
    return changelog_key[1:] if changelog_key[:1] == ROW else None


def journey_key(changelog_key: bytes) -> bytes | None:
    """Return the journey's key of a changelog record; None if it is not a journey.

    >>> journey_key(b"scustomer-1"), journey_key(b"p")
    (b'customer-1', None)
    """
    return changelog_key[1:] if changelog_key[:1] == STATE else None
