"""The serving role: it reads the committed changelog and writes the read model. The views may lag, and can be made again at any time.

Where views are missing, `agents.serving.filling` reads the changelog from the beginning.

Safe to repeat: the newer of two views wins. An offset is committed only when Redis has everything before it. What is then read again, or
written by two workers at once, changes nothing.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from threading import Event
from time import monotonic
from typing import Protocol

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition
from redis.exceptions import RedisError, ResponseError

from agents.carrier import Refusal
from agents.carrier.waiting import Reminder
from agents.kafka.undecodable import Undecodable
from agents.running.access import Access
from agents.running.observed import Readiness, Sample, by_topic
from agents.serving.changes import Changes
from agents.serving.filling import Filling, Marks
from agents.serving.layouts import Layouts
from agents.serving.redis import Change
from agents.serving.rules_in_force import InForce
from schemas.topics import JOURNEY_CHANGELOG

log = logging.getLogger(__name__)

GROUP = "sojourn-serving"
BATCH = 1000  # records per write
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0  # seconds between two attempts if Redis does not answer


class Views(Marks, Protocol):
    """Where views are written: Redis, or a double in a test."""

    def put(self, changes: dict[str, Change], log: str) -> int: ...


class Serving:
    """Reads the changelog and writes views. It runs in the thread that calls `run`, until `stop` is set.

    Metrics and health read `counts`, `seconds` (spent writing) and `down_since` (monotonic seconds; None: Redis answers).
    """

    def __init__(self, consumer: Consumer, views: Views, in_force: InForce, layouts: Layouts, log_id: Callable[[], str]) -> None:
        self._consumer, self._views = consumer, views
        self.filling = Filling(consumer, views, log_id)
        self._reminder = Reminder()
        self.access = Access(GROUP, JOURNEY_CHANGELOG)
        self.stop = Event()
        self.counts: Counter[str] = Counter()
        self.seconds = 0.0
        self.down_since: float | None = None
        self.undecodable = Undecodable()
        self._changes = Changes(in_force, layouts, self.undecodable)
        self.trouble = "does not answer"  # what Redis did when it was asked last

    def run(self) -> None:
        """Write views until `stop` is set."""
        self._consumer.subscribe([JOURNEY_CHANGELOG], on_assign=self._assigned, on_lost=self._lost)
        try:
            while not self.stop.is_set():
                self.step()
        finally:
            self._consumer.close()

    def readiness(self) -> Readiness:
        """Return whether this worker is a member of the group, may read, Redis answers, and no view is missing."""
        if self.access.trouble:
            return Readiness(False, "waiting", (self.access.trouble,))
        down = self.down_since
        if down is not None:
            return Readiness(False, "waiting", (f"for {monotonic() - down:.0f} s Redis {self.trouble}",))
        if trouble := self.filling.trouble:
            return Readiness(False, "filling", (trouble,))
        return Readiness(True, "running")

    def counters(self) -> Iterator[Sample]:
        """Yield the number of views, the time spent writing them, and the number of errors."""
        yield Sample("journey_views_total", (), self.counts["views"])
        yield Sample("journey_redis_seconds_total", (), self.seconds)
        yield Sample("journey_redis_errors_total", (), self.counts["errors"])
        yield Sample("journey_view_fills_total", (), self.filling.begun)
        yield Sample("journey_view_fill_left", (), self.filling.left)
        yield from by_topic("journey_undecodable_total", self.undecodable.counts)

    def step(self, within_s: float = 0.5) -> int:
        """Read one batch, write its views, then commit its offsets. Return how many views changed."""
        messages = self._read(within_s)
        self.filling.identify()
        changes = self._changes.of(messages, self.filling.log)
        changed = self._write(changes) if changes else 0
        if changed is None:
            return 0
        if messages:
            self._commit(messages)
        self.counts["records"] += len(messages)
        self.counts["views"] += changed
        self._look(written=bool(changes))
        return changed

    def _look(self, *, written: bool) -> None:
        try:
            if self.filling.look(written=written):
                self._note_up()
        except RedisError as error:
            self._note_down(error)

    def _assigned(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        if not partitions:  # others have them all; otherwise the first record, or the end of a partition, shows that we may read
            self.access.grant()
        self.filling.assign(each.partition for each in partitions)
        consumer.assign(partitions)

    def _lost(self, _consumer: Consumer, _partitions: list[TopicPartition]) -> None:
        self.filling.assign(())
        self.access.lose()

    def _read(self, within_s: float) -> list[Message]:
        # poll() waits for the first record, consume() takes those that came with it; alone, consume() would wait for the full number
        first = self._consumer.poll(within_s)
        return [] if first is None else [m for m in (first, *self._consumer.consume(BATCH - 1, 0)) if self._is_record(m)]

    def _is_record(self, message: Message) -> bool:
        """Return whether this is a record. Raises Refusal if the topic is missing, and KafkaException on a fatal error."""
        error = message.error()
        if error is None or error.code() == KafkaError._PARTITION_EOF:
            if self.access.trouble:
                self.access.grant()
            if error is not None:
                self.filling.reach_end(message.partition() or 0)
            return error is None
        if error.code() == KafkaError.UNKNOWN_TOPIC_OR_PART:
            raise Refusal(f"topic {JOURNEY_CHANGELOG} does not exist", "run `sojourn topics create`")
        if error.fatal():
            raise KafkaException(error)
        self.access.note(error)
        if self._reminder.due():
            log.warning("reading the changelog: %s", error.str())
        return False

    def _write(self, changes: dict[str, Change]) -> int | None:
        """Write the views, and try again until Redis has them all. Return how many changed, or None if told to stop before."""
        pause = FIRST_PAUSE
        while not self.stop.is_set():
            begun = monotonic()
            try:
                changed = self._views.put(changes, self.filling.log)
            except RedisError as error:
                self._note_down(error)
                self.hold(pause)
                pause = min(LONGEST_PAUSE, pause * 2)
            else:
                self.seconds += monotonic() - begun
                self._note_up()
                return changed
        return None

    def hold(self, seconds: float) -> None:
        """Wait without reading, but stay a member of the group. A record that still comes is put back by a seek."""
        self._consumer.pause(self._consumer.assignment())
        until = monotonic() + seconds
        while (left := until - monotonic()) > 0 and not self.stop.is_set():
            message = self._consumer.poll(min(left, 0.5))
            if message is not None and self._is_record(message):
                self._consumer.seek(_place(message, 0))
                self._consumer.pause(self._consumer.assignment())

    def _note_down(self, error: RedisError) -> None:
        self.counts["errors"] += 1
        self.trouble = f"refuses to write: {error}" if isinstance(error, ResponseError) else f"does not answer: {type(error).__name__}"
        if self.down_since is None:
            self.down_since = monotonic()
            log.warning("Redis %s; the read model waits, the stream does not", self.trouble)

    def _note_up(self) -> None:
        if self.down_since is not None:
            log.info("Redis answers again after %.1f s", monotonic() - self.down_since)
            self.down_since = None
            self._consumer.resume(self._consumer.assignment())

    def _commit(self, messages: list[Message]) -> None:
        places = {message.partition() or 0: _place(message, 1) for message in messages}
        for partition, place in places.items():
            self.filling.read_to(partition, place.offset)
        try:
            self._consumer.commit(offsets=list(places.values()), asynchronous=False)
        except KafkaException as error:  # a rebalance: another worker reads the records again and writes the same
            log.warning("positions were not committed: %s", error)


def _place(message: Message, further: int) -> TopicPartition:
    return TopicPartition(JOURNEY_CHANGELOG, message.partition() or 0, (message.offset() or 0) + further)
