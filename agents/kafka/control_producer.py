"""Publishes a control record to every partition of the touchpoints, signed, and its entry in a compacted topic, in one transaction.

All partitions get it, or none. Whoever publishes does so under one transactional name, so that of two at once only one gets through:
partitions never disagree about what a version is. Nothing is sent again here: a record that was acknowledged without an offset has
failed, and its transaction is aborted.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
from confluent_kafka import KafkaException

from agents.kafka.producer import LogProducer
from agents.settings import Settings
from agents.settings.security import librdkafka_security
from schemas.control import SIGNATURE, Broadcast, signature
from schemas.topics import TOUCHPOINTS

WITHIN_S = 30.0


@contextmanager
def alone(settings: Settings, name: str) -> Iterator[LogProducer]:
    """Yield the only producer under this transactional name: an earlier one is cut off, and what it left unfinished is aborted."""
    tuned = {"transactional.id": name, "transaction.timeout.ms": int(WITHIN_S * 1000)}
    producer = LogProducer({**librdkafka_security(settings), **tuned}, resend=False)
    producer.client.init_transactions(WITHIN_S)
    yield producer


@contextmanager
def transaction(producer: LogProducer) -> Iterator[None]:
    """Commit what is sent in the block, all of it. Raises KafkaException if one record did not arrive; then nothing is committed."""
    producer.client.begin_transaction()
    try:
        yield
        producer.flush(WITHIN_S)
        producer.client.commit_transaction(WITHIN_S)
    except KafkaException as error:
        if not error.args[0].fatal():
            producer.client.abort_transaction(WITHIN_S)
        raise


def announce(settings: Settings, producer: LogProducer, word: Broadcast, topic: str, entry: bytes, nobody: bytes) -> int:
    """Put `word` in force from here on, and note it in `topic` under the key `entry`; return how many partitions were told.

    `nobody` is its key in the log, which takes no record without one: a control record concerns no customer. Raises KafkaException,
    with nothing changed or everything.
    """
    numbers = producer.partitions(TOUCHPOINTS)
    value = msgspec.json.encode(word)
    headers: list[tuple[str, str | bytes | None]] = [(SIGNATURE, signature(settings.control_key(), value))]
    with transaction(producer):
        producer.send(topic, entry, value)
        for number in numbers:
            producer.send(TOUCHPOINTS, nobody, value, headers, number)
    return len(numbers)
