"""Reads a worker's ledger from its changelog as it grows: its progress, the outcomes of its inputs, the timers still to come.

The worker itself is not asked. One transaction writes states, progress and counters to the changelog. So what is read here is what any
successor of the worker would start from. If a worker is killed, nothing of this changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import TracebackType

import msgspec
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Message, TopicPartition

from agents.carrier.record import PARTITION_KEY, PartitionRecord, journey_key
from agents.settings import Settings
from agents.settings.security import librdkafka_security
from agents.tools.operating.trust import JOBS
from streams.state.codec import stored_next_wake

BATCH = 2_000  # records fetched at a time, at most
LEADERLESS = (KafkaError.NOT_LEADER_FOR_PARTITION, KafkaError.LEADER_NOT_AVAILABLE, KafkaError.UNKNOWN_TOPIC_OR_PART)


class _Body(msgspec.Struct):
    """The part of a partition record that both jobs have."""

    outcomes: dict[str, int] = {}
    event_time: int = 0  # ms UTC; only the journey has it


class LedgerView:
    """The ledger of one job (`journey` or `ingest`) over all partitions, as of the last `catch_up`."""

    def __init__(self, settings: Settings, job: str) -> None:
        _, self.source, self.topic = JOBS[job]
        self._states = job == "journey"
        self._consumer = Consumer(
            {
                **librdkafka_security(settings),
                "group.id": "sojourn-reader",  # librdkafka requires one; this consumer never joins it and commits nothing
                "enable.auto.commit": False,
                "enable.auto.offset.store": False,
                "enable.partition.eof": True,
                "isolation.level": "read_committed",
                "fetch.wait.max.ms": 50,
                "fetch.queue.backoff.ms": 5,
                "log_level": 2,
            }
        )
        numbers = range(settings.partitions)
        self._reached = dict.fromkeys(numbers, 0)
        self._bodies: dict[int, _Body] = {}
        self._wakes: dict[int, dict[bytes, int]] = {number: {} for number in numbers}
        self.positions: dict[int, int] = dict.fromkeys(numbers, 0)  # next offset of the source that will be applied
        self._consumer.assign([TopicPartition(self.topic, number, OFFSET_BEGINNING) for number in numbers])

    def __enter__(self) -> LedgerView:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._consumer.close()

    @property
    def outcomes(self) -> Counter[str]:
        """How many inputs had each outcome so far, over all partitions."""
        return sum((Counter(body.outcomes) for body in self._bodies.values()), Counter())

    def behind(self, targets: Mapping[int, int]) -> int:
        """Return how many offsets of the source are still to be applied to reach `targets` (partition -> next offset)."""
        return sum(max(0, target - self.positions[number]) for number, target in targets.items())

    def waiting(self, until: int) -> int:
        """Return how many customers have a timer due by `until` (ms UTC), plus how many partitions have not reached that time."""
        due = sum(0 < wake <= until for wakes in self._wakes.values() for wake in wakes.values())
        return due + sum(self._bodies[number].event_time < until if number in self._bodies else 1 for number in self._reached)

    def catch_up(self) -> None:
        """Read everything that is committed by now. Only whole transactions: those before a last stable offset are complete."""
        ends = {number: self._last_stable_offset(number) for number in self._reached}
        while any(self._reached[number] < end for number, end in ends.items()):
            if (first := self._consumer.poll(0.2)) is not None:
                for message in (first, *self._consumer.consume(BATCH, 0)):  # alone, consume() would wait for a whole batch
                    self._take(message)

    def _last_stable_offset(self, number: int) -> int:
        """Return the last stable offset; 0 while the partition has no leader, as right after its topic was created."""
        try:
            _, end = self._consumer.get_watermark_offsets(TopicPartition(self.topic, number), timeout=10)
        except KafkaException as error:
            if error.args[0].code() not in LEADERLESS:
                raise
            return 0
        return int(end)

    def _take(self, message: Message) -> None:
        number, offset, error = message.partition(), message.offset(), message.error()
        if number is None or offset is None:
            return
        if error is not None:
            if error.code() not in (KafkaError._PARTITION_EOF, *LEADERLESS):
                raise KafkaException(error)
            if error.code() == KafkaError._PARTITION_EOF:
                self._reached[number] = offset
            return
        self._reached[number] = offset + 1
        self._note(number, message.key() or b"", message.value())

    def _note(self, number: int, key: bytes | str, value: bytes | str | None) -> None:
        if not isinstance(key, bytes) or isinstance(value, str):
            raise TypeError("a changelog holds bytes")
        if key == PARTITION_KEY and value is not None:
            record = PartitionRecord.decode(value)
            self.positions[number] = record.position
            self._bodies[number] = msgspec.msgpack.decode(record.body, type=_Body) if record.body else _Body()
        elif self._states and journey_key(key) is not None:
            self._wakes[number][key] = 0 if value is None else stored_next_wake(value)
