"""What became of a control record that was published: each partition's worker takes it, rejects it, or has not read it yet.

A worker commits the position behind the record together with its rejection, if it rejects it. So both are looked up in what is committed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Event
from time import monotonic

import msgspec

from agents.carrier.record import PARTITION_KEY, PartitionRecord
from agents.kafka.admin import Admin
from agents.kafka.reader import LogReader
from agents.kafka.watermarks import high_watermarks
from agents.settings import Settings
from schemas.outputs.rejections import Rejection
from schemas.topics import JOURNEY_CHANGELOG, REJECTIONS, TOUCHPOINTS

GROUP = "sojourn-journey"
LOOK_S = 0.25  # seconds between two looks


@dataclass
class Reception:
    """The partitions by what their workers did. `workers`: how many ran when the last one was looked at."""

    taken: list[int] = field(default_factory=list)
    rejected: dict[int, Rejection] = field(default_factory=dict)
    unread: list[int] = field(default_factory=list)
    workers: int = 0


class Receptionist:
    """Waits for the reception of a record. Create it before the record is published: it notes where the rejections end then."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._begin = settings, high_watermarks(settings, REJECTIONS)

    def await_all(self, offsets: Mapping[int, int], within_s: float, moved: Callable[[int], None]) -> Reception:
        """Return what became of the records at these offsets, by partition of the touchpoint topic.

        Waits until all are read, at most `within_s` seconds, and not while no worker runs. `moved(n)` is called with how many are read.
        Raises KafkaException if the brokers do not tell.
        """
        unread, workers, give_up, pause = set(offsets), 0, monotonic() + within_s, Event()
        with LogReader(self._settings, JOURNEY_CHANGELOG, {}) as reader, Admin(self._settings) as admin:
            while True:
                workers = admin.group(GROUP).members
                unread = {number for number in unread if _position(reader, number) <= offsets[number]}
                moved(len(offsets) - len(unread))
                if not unread or not workers or monotonic() > give_up:
                    break
                pause.wait(LOOK_S)
        rejected = self._rejected({number: offset for number, offset in offsets.items() if number not in unread})
        return Reception(sorted(set(offsets) - unread - rejected.keys()), rejected, sorted(unread), workers)

    def _rejected(self, offsets: Mapping[int, int]) -> dict[int, Rejection]:
        """Return the rejections of these records. A commit that is visible in one topic may not be visible in another yet: wait for it."""
        ends, found = high_watermarks(self._settings, REJECTIONS), dict[int, Rejection]()
        with LogReader(self._settings, REJECTIONS, self._begin) as reader:
            for message in reader.until(ends):
                rejection = msgspec.json.decode(message.value() or b"{}", type=Rejection)
                if rejection.topic == TOUCHPOINTS and offsets.get(rejection.partition) == rejection.offset:
                    found[rejection.partition] = rejection
        return found


def _position(reader: LogReader, number: int) -> int:
    """Return the next offset that the partition's worker reads; 0 if it has committed nothing."""
    record = reader.last(number, PARTITION_KEY)
    value = record.value() if record is not None else None
    return PartitionRecord.decode(value).position if isinstance(value, bytes) else 0
