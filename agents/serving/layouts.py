"""Finds the layouts of the states in a changelog. They are in the partition records, which are read only if a state needs them."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from agents.carrier.record import PARTITION_KEY, PartitionRecord
from agents.kafka.reader import LogReader
from agents.settings import Settings
from streams.state import Journey, Partition
from streams.state.codec import Codec, Description, UnreadableStateError


class Layouts:
    """Decodes any state of a changelog. Nearly all states are in the layout in force, which needs no partition record.

    `record_of(partition)` returns a partition record's bytes, or None.
    """

    def __init__(self, codec: Codec, record_of: Callable[[int], bytes | None]) -> None:
        self._codec, self._record_of = codec, record_of
        self._descriptions: dict[int, Description] = {}

    def decode(self, partition: int, state: bytes) -> Journey:
        """Return the journey of these bytes. Raises UnreadableStateError if even the newest partition record lacks its layout."""
        try:
            return self._codec.decode(state, self._descriptions)
        except UnreadableStateError:
            self._add_layouts(self._record_of(partition))
            return self._codec.decode(state, self._descriptions)

    def _add_layouts(self, record: bytes | None) -> None:
        body = PartitionRecord.decode(record).body if record else b""
        if body:
            self._descriptions |= msgspec.msgpack.decode(body, type=Partition).layouts


def newest_record(settings: Settings, changelog: str) -> Callable[[int], bytes | None]:
    """Return a function that reads a partition's newest record from this changelog."""

    def record_of(partition: int) -> bytes | None:
        with LogReader(settings, changelog, {}) as reader:
            found = reader.last(partition, PARTITION_KEY)
        value = found.value() if found is not None else None
        return value if isinstance(value, bytes) else None

    return record_of
