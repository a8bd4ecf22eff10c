"""Reads a topic up to an end, or as it grows. The reader joins no group, reads only committed records, and commits nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from time import monotonic, sleep
from types import TracebackType

from confluent_kafka import OFFSET_BEGINNING, OFFSET_END, Consumer, KafkaError, KafkaException, Message, TopicPartition

from agents.kafka.refused import right_missing
from agents.settings import Settings
from agents.settings.security import TO_OUR_LOG, librdkafka_security

_GROUP = "sojourn-reader"
_TAIL = 2_000  # offsets: how far before the end a search backwards begins
GRACE_S = 30.0  # seconds; a broker ends a transaction of ours that hangs at most so long after its timeout, a fail-over included
_LEADER_IS_COMING = (KafkaError.NOT_LEADER_FOR_PARTITION, KafkaError.LEADER_NOT_AVAILABLE, KafkaError.UNKNOWN_TOPIC_OR_PART)


class StalledError(KafkaException):
    """A reader has waited long for an end that does not come. It carries the cause and the fix."""

    def __init__(self, topic: str, awaited: Mapping[int, int], waited_s: float) -> None:
        where = ", ".join(f"partition {number} up to offset {end}" for number, end in sorted(awaited.items()))
        self.cause = f"{topic} could not be read for {waited_s:.0f} s: {where}. A transaction is open, or no broker answers"
        self.fix = "`sojourn topics transactions` names who keeps a transaction open and ends it; `sojourn doctor` says what else is wrong"
        super().__init__(KafkaError(KafkaError._TIMED_OUT, f"{self.cause}; {self.fix}"))


class LogReader:
    """Reads one topic.

    `starts` gives the first offset of each partition; OFFSET_BEGINNING and OFFSET_END are allowed. Without `starts` all partitions
    are read: from the first offset if `beginning`, else from the end.
    """

    def __init__(self, settings: Settings, topic: str, starts: Mapping[int, int] | None = None, *, beginning: bool = False) -> None:
        self.topic, self.patience_s = topic, settings.transaction_timeout_ms / 1000 + GRACE_S
        self._consumer = Consumer(
            {
                **librdkafka_security(settings),
                "group.id": _GROUP,  # librdkafka requires one; nothing joins it or commits under it
                "enable.auto.commit": False,
                "enable.auto.offset.store": False,
                "enable.partition.eof": True,
                # The default would go on at the end of the log without an error and miss records. A reader from the beginning begins again.
                "auto.offset.reset": "earliest" if _from_the_beginning(starts, beginning) else "error",
                "isolation.level": "read_committed",
                "fetch.wait.max.ms": 50,  # ms; other requests on the same connection wait for the end of a long poll
                "fetch.queue.backoff.ms": 5,  # ms; with the default of a second a backlog is read much more slowly
                **TO_OUR_LOG,
            }
        )
        self._ended: dict[int, int] = {}  # partition -> the end that was reached last
        default = OFFSET_BEGINNING if beginning else OFFSET_END
        numbers = self.partitions() if starts is None else starts
        self._starts = {number: default if starts is None else starts[number] for number in numbers}
        self._consumer.assign([TopicPartition(topic, number, offset) for number, offset in self._starts.items()])

    def __enter__(self) -> LogReader:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._consumer.close()

    def partitions(self) -> list[int]:
        """Return the numbers of the topic's partitions; none if the topic does not exist."""
        found = self._consumer.list_topics(self.topic, timeout=10).topics[self.topic]
        if found.error is not None and (denied := right_missing(found.error, "DESCRIBE", self.topic)):
            raise denied
        return sorted(found.partitions)

    def ends(self) -> dict[int, int]:
        """Return each partition's last stable offset: the offset after all that a reader of committed records can see, markers included."""
        return {number: self._bounds(number)[1] for number in self._starts}

    def until_end(self) -> Iterator[Message]:
        """Yield the records up to the present end of each partition. Called again, it yields what has come since."""
        return self.until({})

    def until(self, ends: Mapping[int, int]) -> Iterator[Message]:
        """Yield the records up to the present end of each partition, and up to the offset in `ends` if that is later.

        An open transaction hides all that lies behind its first record. With the high watermarks as `ends`, this method waits for all
        that was written before them. Records behind `ends` may come too. Take all: a record fetched with one at which you stop is lost.
        Raises StalledError if no awaited partition moves for `patience_s` seconds, and KafkaException on any other error.
        """
        reached = {**self._ended, **self.positions()}  # the client tells an end once: whoever has reached it must not wait for it again
        awaited = {number: max(end, ends.get(number, 0)) for number, end in self.ends().items()}
        return self._read({number: end for number, end in awaited.items() if reached.get(number, -1) < end})

    def _read(self, awaited: dict[int, int]) -> Iterator[Message]:
        """Yield records until the client has told an end at or behind the offset of each awaited partition."""
        give_up = monotonic() + self.patience_s
        while awaited:
            moved = False
            for message in self._next_messages(1.0):
                error, number = message.error(), message.partition()
                moved |= number in awaited
                if error is None:
                    yield message
                elif error.code() != KafkaError._PARTITION_EOF:
                    raise self._failure(error)
                elif self._note_end(message) >= awaited.get(number or 0, 0):
                    awaited.pop(number or 0, None)
            if moved:
                give_up = monotonic() + self.patience_s
            elif monotonic() > give_up:
                raise StalledError(self.topic, awaited, self.patience_s)

    def live(self, for_s: float = float("inf")) -> Iterator[Message]:
        """Yield the records that are there and that come, for at most `for_s` seconds. Raises KafkaException on a lasting error."""
        deadline = monotonic() + for_s
        while monotonic() < deadline:
            for message in self._next_messages(0.2):
                error = message.error()
                if error is None:
                    yield message
                elif error.code() == KafkaError._PARTITION_EOF:
                    self._note_end(message)
                elif not error.retriable():
                    raise self._failure(error)

    def positions(self) -> dict[int, int]:
        """Return the offset after all that was read, by partition. Markers at an end that was reached count as read."""
        places = self._consumer.position([TopicPartition(self.topic, number) for number in self._starts])
        found = {place.partition: max(place.offset, self._ended.get(place.partition, 0)) for place in places}
        return {number: offset for number, offset in found.items() if offset > 0}

    def _note_end(self, message: Message) -> int:
        """Note the offset of a partition's present end, which was reached, and return it."""
        offset = message.offset() or 0
        self._ended[message.partition() or 0] = offset
        return offset

    def _failure(self, error: KafkaError) -> KafkaException:
        """Return the error with the topic's name: the client's own text lacks it."""
        of_group = error.code() == KafkaError.GROUP_AUTHORIZATION_FAILED
        if denied := right_missing(error, *(("DESCRIBE", _GROUP) if of_group else ("READ", self.topic))):
            return denied
        return KafkaException(KafkaError(error.code(), f"reading {self.topic}: {error.str()}", error.fatal(), error.retriable()))

    def _next_messages(self, within_s: float) -> list[Message]:
        first = self._consumer.poll(within_s)
        return [] if first is None else [first, *self._consumer.consume(1000, 0)]  # alone, consume() would wait for 1000

    def _bounds(self, number: int) -> tuple[int, int]:
        """Return a partition's first offset and its last stable one. Ask again, for at most 10 s, while it gets a new leader."""
        give_up = monotonic() + 10.0
        while True:
            try:
                low, high = self._consumer.get_watermark_offsets(TopicPartition(self.topic, number), timeout=10)
            except KafkaException as error:
                if error.args[0].code() not in _LEADER_IS_COMING or monotonic() > give_up:
                    raise self._failure(error.args[0]) from None
                sleep(0.05)
            else:
                return low, high

    def last(self, number: int, key: bytes | None = None, end: int = 0) -> Message | None:
        """Return the last record of a partition, or the last one under `key`; None if there is none. Searches backwards.

        With the high watermark as `end`, it waits for a transaction that is about to end. The reader's position is lost.
        """
        low, high = self._bounds(number)
        step = _TAIL
        while True:
            start = max(low, high - step)
            self._starts, self._ended = {number: start}, {}
            self._consumer.assign([TopicPartition(self.topic, number, start)])
            kept: Message | None = None
            for message in self._read({number: max(high, end)}):
                if key is None or message.key() == key:
                    kept = message
            if kept is not None or start <= low:
                return kept
            step *= 8


def offsets_at(settings: Settings, topic: str, at: int) -> dict[int, int]:
    """Return, for each partition, the offset of the first record with a timestamp from `at` on (ms UTC); OFFSET_END without one."""
    with LogReader(settings, topic, {}) as reader:
        asked = [TopicPartition(topic, number, at) for number in reader.partitions()]
        found = reader._consumer.offsets_for_times(asked, timeout=10) if asked else []
    return {row.partition: row.offset for row in found}


def count_records(settings: Settings, topic: str, starts: Mapping[int, int]) -> int:
    """Return how many committed records lie behind these offsets. Transaction markers are offsets too, but no records."""
    with LogReader(settings, topic, starts) as reader:
        return sum(1 for _ in reader.until_end())


def _from_the_beginning(starts: Mapping[int, int] | None, beginning: bool) -> bool:
    return beginning if starts is None else all(offset == OFFSET_BEGINNING for offset in starts.values())
