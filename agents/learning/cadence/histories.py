"""Reads the purchase histories of all customers from the committed journeys. A cadence model is fitted to them.

A journey keeps counters, but not all dates. Of each customer we know: the number of purchase days after the first, the time of the
latest, and how long ago the first was. Equal histories are stored once, with the number of customers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec
from confluent_kafka import Message

from agents.carrier.record import PARTITION_KEY, PartitionRecord, journey_key
from agents.kafka.reader import LogReader
from agents.kafka.undecodable import Undecodable
from agents.settings import Settings
from schemas.durations import DAY
from schemas.topics import JOURNEY_CHANGELOG
from streams.cadence.model import History
from streams.state import Cadence, Journey
from streams.state.codec import FLAT, FLAT_FIELDS, HEADER, VERSION

STEP = 2_000  # records between two calls of `progress`


def _reader(names: Sequence[str]) -> Callable[[memoryview], Any]:
    """Return a decoder that reads a stored journey with these fields only up to its field `cadence`.

    That takes a tenth of the time. It does not reach the rings, so the layout does not matter.
    """
    fields = [(name, Cadence if name == "cadence" else msgspec.Raw) for name in names[: names.index("cadence") + 1]]
    return msgspec.msgpack.Decoder(msgspec.defstruct("JourneyAsFarAsCadence", fields, array_like=True)).decode


_readers = {VERSION: _reader(Journey.__struct_fields__), FLAT: _reader(FLAT_FIELDS)}  # by the version of the state


def _cadence_of(state: bytes) -> Cadence:
    """Return the rhythm in a stored journey. Raises msgspec.DecodeError."""
    if (read := _readers.get(state[0] if state else 0)) is None:
        raise msgspec.DecodeError(f"a state of version {state[:1].hex()}")
    cadence: Cadence = read(memoryview(state)[HEADER.size :]).cadence
    return cadence


class _Clock(msgspec.Struct):
    """The part of a partition record's body that we need: the watermark."""

    event_time: int = 0  # ms UTC


class Buyers:
    """The purchases of all journeys, from the records of their changelog. The newest record of a key counts."""

    def __init__(self) -> None:
        self._bought: dict[bytes, tuple[int, int, int]] = {}  # customer -> x, first and latest purchase (ms UTC)
        self._clocks: dict[int, int] = {}

    def take(self, partition: int, changelog_key: bytes, value: bytes | None) -> None:
        """Add one record of the changelog. Raises msgspec.DecodeError for one that cannot be read, and then adds nothing."""
        if changelog_key == PARTITION_KEY:
            body = PartitionRecord.decode(value).body if value else b""
            self.pass_to(partition, msgspec.msgpack.decode(body, type=_Clock).event_time if body else 0)
        elif (customer := journey_key(changelog_key)) is not None:
            self.note(customer, _cadence_of(value) if value else None)

    def note(self, customer: bytes, cadence: Cadence | None) -> None:
        """Add the purchases of a journey (None: it was forgotten)."""
        self._bought.pop(customer, None)
        if cadence is not None and cadence.count:
            self._bought[customer] = (cadence.gaps, cadence.first, cadence.last)

    def pass_to(self, partition: int, event_time: int) -> None:
        """Let a partition's watermark (ms UTC) be this one."""
        self._clocks[partition] = event_time

    @property
    def until(self) -> int:
        """The newest watermark of all partitions (ms UTC): several customers have passed it. 0 if there is none."""
        return max(self._clocks.values(), default=0)

    @property
    def came_back(self) -> int:
        """The number of customers who bought on a second day."""
        return sum(x > 0 for x, _, _ in self._bought.values())

    def histories(self) -> list[History]:
        """Return the histories up to `until`, in whole days. A history with a later purchase ends with that purchase."""
        until = self.until // DAY
        days = ((x, first // DAY, last // DAY) for x, first, last in self._bought.values())
        return grouped((x, last - first, max(until, last) - first) for x, first, last in days)


def buyers(settings: Settings, progress: Callable[[int], None] = lambda _records: None) -> Buyers:
    """Return the purchases in the changelog of the journeys. Calls `progress(records read)` every `STEP` records and at the end.

    Raises KafkaException, and LookupError if the topic does not exist.
    """
    found, records, undecodable = Buyers(), 0, Undecodable()

    def take(message: Message) -> None:
        key, value = message.key(), message.value()
        if isinstance(key, bytes) and not isinstance(value, str):
            found.take(message.partition() or 0, key, value)

    with LogReader(settings, JOURNEY_CHANGELOG, beginning=True) as reader:
        if not reader.partitions():
            raise LookupError(f"topic {JOURNEY_CHANGELOG} does not exist")
        for records, message in enumerate(reader.until_end(), 1):
            undecodable.take(message, take)
            if records % STEP == 0:
                progress(records)
    progress(records)
    return found


def grouped(courses: Iterable[tuple[int, int, int]]) -> list[History]:
    """Return courses (x, t_x, age in days) as histories, equal ones together. Impossible counters of joined journeys are corrected.

    >>> grouped([(0, 0, 9), (2, 4, 9), (0, 0, 9), (7, 3, 9)])
    [History(x=0, t_x=0.0, age=9.0, customers=2), History(x=2, t_x=4.0, age=9.0, customers=1), History(x=3, t_x=3.0, age=9.0, customers=1)]
    """
    counted = Counter((max(min(x, t_x), t_x > 0), t_x, age) for x, t_x, age in courses)
    return [History(int(x), float(t_x), float(age), customers) for (x, t_x, age), customers in sorted(counted.items())]
