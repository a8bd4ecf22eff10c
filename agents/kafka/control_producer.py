"""A word to every partition of the log, signed, in one transaction with its entry in a compacted topic: heard everywhere, or nowhere.

Whoever announces does so under one transactional name, so that of two at once only one gets through: partitions never disagree about
what a version is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
from confluent_kafka import KafkaException, Producer

from agents.settings import Settings
from agents.settings.security import librdkafka_security
from schemas.control import SIGNATURE, Broadcast, signature
from schemas.topics import TOUCHPOINTS

WITHIN_S = 30.0


@contextmanager
def alone(settings: Settings, name: str) -> Iterator[Producer]:
    """The only one who announces under this name: whoever was at it before is cut off, and what they left unfinished is void."""
    tuned = {"transactional.id": name, "transaction.timeout.ms": int(WITHIN_S * 1000), "log_level": 2}
    producer = Producer({**librdkafka_security(settings), **tuned})
    producer.init_transactions(WITHIN_S)
    yield producer


@contextmanager
def transaction(producer: Producer) -> Iterator[Producer]:
    """What is produced in the block is there for all, or for nobody: a commit fails where one record did not arrive."""
    producer.begin_transaction()
    try:
        yield producer
        producer.commit_transaction(WITHIN_S)
    except KafkaException as error:
        if not error.args[0].fatal():
            producer.abort_transaction(WITHIN_S)
        raise


def announce(settings: Settings, producer: Producer, word: Broadcast, topic: str, entry: bytes, nobody: bytes) -> int:
    """The word is in force from here on, and noted in `topic` under the key `entry`; returns how many partitions heard it.

    `nobody` is its key in the log, which takes no record without one: a word concerns no customer. Raises KafkaException, with nothing
    changed or everything.
    """
    numbers = producer.list_topics(TOUCHPOINTS, timeout=WITHIN_S).topics[TOUCHPOINTS].partitions
    value = msgspec.json.encode(word)
    headers: list[tuple[str, str | bytes | None]] = [(SIGNATURE, signature(settings.control_key(), value))]
    with transaction(producer):
        producer.produce(topic, value, entry)
        for number in numbers:
            producer.produce(TOUCHPOINTS, value, nobody, number, headers=headers)
    return len(numbers)
