"""Notices that views are missing from the read model, and fills it again from the beginning of the changelog.

Each partition has a mark in Redis (`agents.serving.marks`). Where a worker misses the mark of a partition that it owns, it commits the
beginning of the partition as its position, writes the mark `filling`, and reads from there. At the end the mark becomes `filled`.

Safe at any moment. The position is committed before the mark is written: whoever owns the partition next either reads from the
beginning as well, or misses the mark. If Redis is emptied again meanwhile, `filling` is gone at the end, and it all begins again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import monotonic
from typing import Protocol
from uuid import uuid4

from confluent_kafka import Consumer, KafkaException, TopicPartition
from redis.exceptions import RedisError

from agents.serving.marks import Mark, read_mark
from schemas.topics import JOURNEY_CHANGELOG

log = logging.getLogger(__name__)

LOOK_S = 10.0  # seconds between two looks at the marks while nothing is written
AGAIN_S = 1.0  # seconds to the next look if Redis did not answer
PATIENCE_S = 5.0  # seconds for an answer of the broker


class Marks(Protocol):
    """Where the marks are: Redis. Every method raises RedisError if it does not answer."""

    def marks(self, partitions: Iterable[int]) -> dict[int, str]: ...
    def swap_mark(self, partition: int, expected: str, mark: str) -> bool: ...
    def remove_others(self, log: str) -> int: ...


@dataclass(slots=True)
class Fill:
    """One partition that is being filled, and the offset up to which it has been read."""

    mark: Mark
    position: int


class Filling:
    """The fillings of the partitions that this worker owns. `log_id` returns the id of the changelog topic; KafkaException is waited out.

    Readiness and metrics read `left` (records), `begun` (fillings) and `other` (the log of somebody else who writes there; "": nobody).
    """

    def __init__(self, consumer: Consumer, marks: Marks, log_id: Callable[[], str]) -> None:
        self._consumer, self._marks, self._log_id = consumer, marks, log_id
        self.log, self.other, self.begun = "", "", 0
        self._owned: set[int] = set()
        self._unread: set[int] = set()  # owned partitions whose mark has not been ours since they were assigned
        self._moved = False  # the topic was created again, and the views of the earlier one are not deleted yet
        self._new: set[int] = set()  # owned partitions that are still read from where the owner before committed
        self._at_end: set[int] = set()  # owned partitions that were read to an end since they were assigned, or rewound
        self._fills: dict[int, Fill] = {}
        self._due = 0.0

    @property
    def left(self) -> int:
        """How many records are left to read until the views are all there."""
        return sum(max(0, fill.mark.until - fill.position) for fill in list(self._fills.values()))

    @property
    def trouble(self) -> str:
        """What is missing from the read model, in words; "" if nothing is."""
        if self.other:
            return (
                f"another changelog (topic id {self.other}) is written to the same Redis: give each cluster a database, SOJOURN_REDIS_URL"
            )
        if self._fills:
            return f"views are missing and are made again: {self.left:,} records of the changelog are left to read"
        return "not known yet whether views are missing" if self._unread else ""

    def assign(self, partitions: Iterable[int]) -> None:
        """Take over these partitions, and no others. Their marks are read at the next look."""
        self._owned = set(partitions)
        self._unread, self._new, self._at_end = set(self._owned), set(self._owned), set()
        self._fills, self._due = {}, 0.0

    def identify(self) -> None:
        """Ask for the id of the changelog, if a look is due. Call it before views are written: they carry the id.

        If the topic was created again, all marks are read anew, and then all views are made anew.
        """
        if monotonic() < self._due:
            return
        try:
            found = self._log_id()
        except KafkaException as error:
            log.debug("the id of the changelog is not known yet: %s", error)
            return
        if found != self.log:
            self._moved |= bool(self.log)
            self.log, self._unread, self._fills = found, set(self._owned), {}

    def read_to(self, partition: int, position: int) -> None:
        """Note that the views of the records before this offset were written."""
        if fill := self._fills.get(partition):
            fill.position = position

    def reach_end(self, partition: int) -> None:
        """Note that the partition has been read to its end."""
        self._at_end.add(partition)

    def look(self, *, written: bool) -> bool:
        """Look at the marks after each write, and every ten seconds. Return whether it did. Raises RedisError if Redis does not answer."""
        if monotonic() >= self._due:
            self._due = monotonic() + LOOK_S
        elif not (written or self._fills or self._unread):
            return False
        if not self.log or not self._owned:
            return False
        try:
            self._look()
        except RedisError:
            self._due = monotonic() + AGAIN_S
            raise
        return True

    def _look(self) -> None:
        found = self._marks.marks(sorted(self._owned))
        self._remove_others(found)
        for partition, text in found.items():
            self._judge(partition, text)

    def _remove_others(self, found: dict[int, str]) -> None:
        """Delete the views of an earlier log, if the topic was created again meanwhile, or a mark that was just assigned is of one."""
        marks = [(partition, mark) for partition, text in found.items() if (mark := read_mark(text)) and mark.log != self.log]
        self.other = next((mark.log for partition, mark in marks if partition not in self._unread), "")
        if self._moved or any(partition in self._unread for partition, _ in marks):
            gone = self._marks.remove_others(self.log)
            self._moved = False
            log.warning("the read model was of another log; %d views of it were deleted", gone)

    def _judge(self, partition: int, text: str) -> None:
        """Begin, take over, go on with or finish the filling of one partition, as its mark says."""
        mark, fill = read_mark(text), self._fills.get(partition)
        if mark is not None and mark.log != self.log and partition not in self._unread:
            self._fills.pop(partition, None)  # it was ours before: somebody else writes there now, and neither would ever be done
        elif mark is None or mark.log != self.log:
            self._begin(partition, text)
        elif mark.state == "filled":
            self._fills.pop(partition, None)
            self._unread.discard(partition)
        elif partition in self._new:  # the worker that owned it before began, and has committed how far it came
            self._fills[partition] = Fill(mark, 0)
            self._unread.discard(partition)
            self._finish(partition, self._fills[partition])
        elif fill is not None and fill.mark == mark:
            self._finish(partition, fill)
        else:
            self._begin(partition, text)
        self._new.discard(partition)

    def _begin(self, partition: int, seen: str) -> None:
        """Read the partition from its beginning. If Kafka does not answer, the next look does so."""
        self._new.discard(partition)
        try:
            low, high = self._consumer.get_watermark_offsets(TopicPartition(JOURNEY_CHANGELOG, partition), PATIENCE_S)
            start = TopicPartition(JOURNEY_CHANGELOG, partition, low)
            self._consumer.commit(offsets=[start], asynchronous=False)
            mark = Mark("filling", self.log, high, uuid4().hex)
            if not self._marks.swap_mark(partition, seen, mark.encode()):
                return
            self._consumer.seek(start)
        except KafkaException as error:  # a rebalance, or the brokers are away
            log.warning("partition %d of the read model cannot be filled yet: %s", partition, error)
            return
        self._fills[partition] = Fill(mark, low)
        self._unread.discard(partition)
        self._at_end.discard(partition)
        self.begun += 1
        log.warning("the read model lacks the views of partition %d: up to %d records are read from the beginning", partition, high - low)

    def _finish(self, partition: int, fill: Fill) -> None:
        """End the filling, if everything was read. If Redis was emptied meanwhile, the next look begins again."""
        if partition not in self._at_end and fill.position < fill.mark.until:
            return
        if self._marks.swap_mark(partition, fill.mark.encode(), fill.mark.done().encode()):
            log.info("the read model has the views of partition %d again", partition)
        del self._fills[partition]
