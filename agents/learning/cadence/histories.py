"""How every customer has bought, taken from the committed journeys: what a cadence model is fitted to.

A journey keeps counters and no dates in between, so of each customer only this is known: how many purchase days after the first, when
the latest, and how long ago the first. Equal courses are one, with how many customers had it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from agents.carrier.record import PARTITION_KEY, PartitionRecord, journey_key
from agents.kafka.reader import LogReader
from agents.settings import Settings
from schemas.durations import DAY
from schemas.topics import JOURNEY_CHANGELOG
from streams.cadence.model import History
from streams.state import Cadence, Journey
from streams.state.codec import HEADER

STEP = 2_000  # records between two words of progress


def _reader() -> msgspec.msgpack.Decoder[Any]:
    """Reads a stored journey no further than its cadence: a tenth of the time, and no rings, so that any layout will do."""
    names = Journey.__struct_fields__
    fields = [(name, Cadence if name == "cadence" else msgspec.Raw) for name in names[: names.index("cadence") + 1]]
    return msgspec.msgpack.Decoder(msgspec.defstruct("JourneyAsFarAsCadence", fields, array_like=True))


_read = _reader().decode


class _Clock(msgspec.Struct):
    """The part of a partition's own record that says how far time is."""

    event_time: int = 0  # ms UTC


class Buyers:
    """Who bought when, of all journeys; fed with the records of their changelog, the newest of a key counts."""

    def __init__(self) -> None:
        self._bought: dict[bytes, tuple[int, int, int]] = {}  # customer -> x, first and latest purchase (ms UTC)
        self._clocks: dict[int, int] = {}

    def take(self, partition: int, changelog_key: bytes, value: bytes | None) -> None:
        """One record of the changelog."""
        if changelog_key == PARTITION_KEY:
            body = PartitionRecord.decode(value).body if value else b""
            self._clocks[partition] = msgspec.msgpack.decode(body, type=_Clock).event_time if body else 0
        elif (customer := journey_key(changelog_key)) is not None:
            self._bought.pop(customer, None)
            cadence: Cadence | None = _read(memoryview(value)[HEADER.size :]).cadence if value else None
            if cadence is not None and cadence.count:
                self._bought[customer] = (cadence.gaps, cadence.first, cadence.last)

    @property
    def until(self) -> int:
        """ms UTC that time has come to, by the log: several customers have passed it. 0: nothing has happened."""
        return max(self._clocks.values(), default=0)

    @property
    def came_back(self) -> int:
        """How many customers bought on a second day."""
        return sum(x > 0 for x, _, _ in self._bought.values())

    def histories(self) -> list[History]:
        """Their courses up to `until`, in whole days; who bought later still, as the furthest may have, is as old as that purchase."""
        until = self.until // DAY
        days = ((x, first // DAY, last // DAY) for x, first, last in self._bought.values())
        return grouped((x, last - first, max(until, last) - first) for x, first, last in days)


def buyers(settings: Settings, progress: Callable[[int], None] = lambda _records: None) -> Buyers:
    """What the changelog of the journeys holds now; `progress(records read)` is called now and then.

    Raises KafkaException, and LookupError where the topic does not exist.
    """
    found, records = Buyers(), 0
    with LogReader(settings, JOURNEY_CHANGELOG, beginning=True) as reader:
        if not reader.partitions():
            raise LookupError(f"topic {JOURNEY_CHANGELOG} does not exist")
        for records, message in enumerate(reader.until_end(), 1):
            key, value = message.key(), message.value()
            if isinstance(key, bytes) and not isinstance(value, str):
                found.take(message.partition() or 0, key, value)
            if records % STEP == 0:
                progress(records)
    progress(records)
    return found


def grouped(courses: Iterable[tuple[int, int, int]]) -> list[History]:
    """Courses (x, t_x, age in days), the equal ones together. Counters that cannot be, as two journeys joined may have, are made to fit.

    >>> grouped([(0, 0, 9), (2, 4, 9), (0, 0, 9), (7, 3, 9)])
    [History(x=0, t_x=0.0, age=9.0, customers=2), History(x=2, t_x=4.0, age=9.0, customers=1), History(x=3, t_x=3.0, age=9.0, customers=1)]
    """
    counted = Counter((max(min(x, t_x), t_x > 0), t_x, age) for x, t_x, age in courses)
    return [History(int(x), float(t_x), float(age), customers) for (x, t_x, age), customers in sorted(counted.items())]
