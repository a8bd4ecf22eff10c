"""The stable committed offsets of a consumer group."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from confluent_kafka import Consumer, KafkaException, TopicPartition

from agents.kafka.refused import right_missing
from agents.settings import Settings
from agents.settings.security import TO_OUR_LOG, librdkafka_security


@contextmanager
def committed_by(settings: Settings, group: str) -> Iterator[Callable[[str, Iterable[int]], dict[int, int]]]:
    """Yield a function that returns a group's stable committed offsets of a topic, by partition. Missing offsets are left out.

    Stable means: if a transaction is about to commit an offset, the function waits for it. It may be called many times.
    """
    consumer = Consumer({**librdkafka_security(settings), "group.id": group, "isolation.level": "read_committed", **TO_OUR_LOG})

    def ask(topic: str, numbers: Iterable[int]) -> dict[int, int]:
        try:
            rows = consumer.committed([TopicPartition(topic, number) for number in numbers], timeout=10)
        except KafkaException as error:
            raise right_missing(error.args[0], "DESCRIBE", group) or error from None
        return {row.partition: row.offset for row in rows if row.offset >= 0}

    try:
        yield ask
    finally:
        consumer.close()


def committed(settings: Settings, group: str, topic: str, numbers: Iterable[int]) -> dict[int, int]:
    """Return a group's stable committed offsets by partition. Missing offsets are left out."""
    with committed_by(settings, group) as ask:
        return ask(topic, numbers)
