"""Reading a topic from here to there, or as it grows: outside any group, committed records only, nothing left behind."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType

from confluent_kafka import OFFSET_BEGINNING, OFFSET_END, Consumer, KafkaError, KafkaException, Message, TopicPartition

from agents.settings import Settings
from agents.settings.security import librdkafka_security

_TAIL = 2_000
_LEADER_IS_COMING = (KafkaError.NOT_LEADER_FOR_PARTITION, KafkaError.LEADER_NOT_AVAILABLE, KafkaError.UNKNOWN_TOPIC_OR_PART)


class LogReader:
    """A reader of one topic that joins no group and commits nothing.

    `starts` gives the first offset of each partition; OFFSET_BEGINNING and OFFSET_END are offsets too.
    """

    def __init__(self, settings: Settings, topic: str, starts: Mapping[int, int] | None = None, *, beginning: bool = False) -> None:
        self.topic = topic
        self._consumer = Consumer(
            {
                **librdkafka_security(settings),
                "group.id": "sojourn-reader",  # librdkafka wants one; nothing is ever joined or committed under it
                "enable.auto.commit": False,
                "enable.auto.offset.store": False,
                "enable.partition.eof": True,
                # The default goes on at the end without a word, and the story has a hole: whoever wants all of it begins again.
                "auto.offset.reset": "earliest" if _from_the_beginning(starts, beginning) else "error",
                "isolation.level": "read_committed",
                "fetch.wait.max.ms": 50,  # other questions queue behind a long poll on the same connection
                "fetch.queue.backoff.ms": 5,  # the default, a second, costs most of the speed on a backlog
                "log_level": 2,
            }
        )
        default = OFFSET_BEGINNING if beginning else OFFSET_END
        numbers = self.partitions() if starts is None else starts
        self._starts = {number: default if starts is None else starts[number] for number in numbers}
        self._consumer.assign([TopicPartition(topic, number, offset) for number, offset in self._starts.items()])

    def __enter__(self) -> LogReader:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._consumer.close()

    def partitions(self) -> list[int]:
        """Return the topic's partitions; a missing topic has none."""
        return sorted(self._consumer.list_topics(self.topic, timeout=10).topics[self.topic].partitions)

    def ends(self) -> dict[int, int]:
        """Return each partition's last stable offset: one past what a committed reader can see, markers included."""
        return {number: self._bounds(number)[1] for number in self._starts}

    def until_end(self) -> Iterator[Message]:
        """Yield what is there and stop where each partition ends now."""
        return self.until(dict.fromkeys(self._starts, 0))

    def until(self, ends: Mapping[int, int]) -> Iterator[Message]:
        """Yield what is there; stop in each partition at its end, once that end is not before the one given.

        A transaction that is still open hides what lies behind its first record: give the high watermarks as `ends`, and
        what was written before them is waited for. Records behind `ends` may come too.
        """
        ahead = set(self._starts)
        while ahead:
            for message in self._some(10.0):
                error, number = message.error(), message.partition()
                if error is None:
                    yield message
                elif error.code() != KafkaError._PARTITION_EOF:
                    raise KafkaException(error)
                elif number is not None and (message.offset() or 0) >= ends.get(number, 0):
                    ahead.discard(number)

    def live(self, for_s: float = float("inf")) -> Iterator[Message]:
        """Yield what is there and what comes, for at most `for_s` seconds."""
        deadline = time.monotonic() + for_s
        while time.monotonic() < deadline:
            for message in self._some(0.2):
                error = message.error()
                if error is None:
                    yield message
                elif error.code() != KafkaError._PARTITION_EOF and not error.retriable():
                    raise KafkaException(error)

    def _some(self, within_s: float) -> list[Message]:
        # one that we wait for, then what has come with it: consume() alone would wait until it has as many as it was asked for
        first = self._consumer.poll(within_s)
        return [] if first is None else [first, *self._consumer.consume(1000, 0)]

    def _bounds(self, number: int) -> tuple[int, int]:
        """Return a partition's first offset and its last stable one; a leader that is just taking over is asked again."""
        give_up = time.monotonic() + 10.0
        while True:
            try:
                low, high = self._consumer.get_watermark_offsets(TopicPartition(self.topic, number), timeout=10)
            except KafkaException as error:
                if error.args[0].code() not in _LEADER_IS_COMING or time.monotonic() > give_up:
                    raise
                time.sleep(0.05)
            else:
                return low, high

    def last(self, number: int, key: bytes | None = None, end: int = 0) -> Message | None:
        """Return the last record of a partition, or the last under `key`, found from the end backwards.

        Give the high watermark as `end` to wait for a transaction that is just being ended.
        """
        low, high = self._bounds(number)
        step = _TAIL
        while True:
            start = max(low, high - step)
            self._starts = {number: start}
            self._consumer.assign([TopicPartition(self.topic, number, start)])
            kept: Message | None = None
            for message in self.until({number: end}):
                if key is None or message.key() == key:
                    kept = message
            if kept is not None or start <= low:
                return kept
            step *= 8


def _from_the_beginning(starts: Mapping[int, int] | None, beginning: bool) -> bool:
    return beginning if starts is None else all(offset == OFFSET_BEGINNING for offset in starts.values())


@contextmanager
def committed_by(settings: Settings, group: str) -> Iterator[Callable[[str, Iterable[int]], dict[int, int]]]:
    """Yield a question, to be asked again and again: a topic's stable committed offsets, absent ones left out.

    Stable: where a transaction is just committing an offset, the answer waits for it.
    """
    consumer = Consumer({**librdkafka_security(settings), "group.id": group, "isolation.level": "read_committed", "log_level": 2})

    def ask(topic: str, numbers: Iterable[int]) -> dict[int, int]:
        rows = consumer.committed([TopicPartition(topic, number) for number in numbers], timeout=10)
        return {row.partition: row.offset for row in rows if row.offset >= 0}

    try:
        yield ask
    finally:
        consumer.close()


def committed(settings: Settings, group: str, topic: str, numbers: Iterable[int]) -> dict[int, int]:
    """Return a group's stable committed offsets, absent ones left out."""
    with committed_by(settings, group) as ask:
        return ask(topic, numbers)
