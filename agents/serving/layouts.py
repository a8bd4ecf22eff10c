"""How the states in a changelog are laid out: from the partition records beside them, looked up when a state wants it."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from agents.carrier.record import PARTITION_KEY, PartitionRecord
from agents.kafka.reader import LogReader
from agents.settings import Settings
from streams.state import Journey, Partition
from streams.state.codec import Codec, Description, UnreadableStateError


class Layouts:
    """Decodes any state of a changelog. States in the layout in force, which are nearly all, need no look-up.

    `record_of(partition)` gives a partition record's bytes, None where there is none.
    """

    def __init__(self, codec: Codec, record_of: Callable[[int], bytes | None]) -> None:
        self._codec, self._record_of = codec, record_of
        self._known: dict[int, Description] = {}

    def decode(self, partition: int, state: bytes) -> Journey:
        """The journey of these bytes. Raises UnreadableStateError where even the newest partition record does not describe it."""
        try:
            return self._codec.decode(state, self._known)
        except UnreadableStateError:
            self._learn(self._record_of(partition))
            return self._codec.decode(state, self._known)

    def _learn(self, record: bytes | None) -> None:
        body = PartitionRecord.decode(record).body if record else b""
        if body:
            self._known |= msgspec.msgpack.decode(body, type=Partition).layouts


def newest_record(settings: Settings, changelog: str) -> Callable[[int], bytes | None]:
    """Reads a partition's newest record out of this changelog."""

    def record_of(partition: int) -> bytes | None:
        with LogReader(settings, changelog, {}) as reader:
            found = reader.last(partition, PARTITION_KEY)
        value = found.value() if found is not None else None
        return value if isinstance(value, bytes) else None

    return record_of
