"""Publishes a signed control record to every partition of the touchpoint topic, and its entry in a compacted topic.

Both happen in one transaction: all partitions get the record, or none. All who publish use one transactional id, so that of two at once
only one succeeds. Otherwise partitions could have different contents under one version. Nothing is sent again here: a record that was
acknowledged without an offset has failed, and its transaction is aborted.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
from confluent_kafka import KafkaError, KafkaException, Message

from agents.kafka.producer import LogProducer
from agents.kafka.signing import signer
from agents.settings import Settings
from agents.settings.security import librdkafka_security
from schemas.control import Broadcast
from schemas.topics import TOUCHPOINTS

WITHIN_S = 30.0  # seconds for one step of a transaction


@contextmanager
def alone(settings: Settings, name: str) -> Iterator[LogProducer]:
    """Yield the only producer under this transactional id. An earlier one is fenced, and its open transaction is aborted."""
    tuned = {"transactional.id": name, "transaction.timeout.ms": int(WITHIN_S * 1000)}
    producer = LogProducer({**librdkafka_security(settings), **tuned}, resend=False)
    producer.client.init_transactions(WITHIN_S)
    yield producer


@contextmanager
def transaction(producer: LogProducer) -> Iterator[None]:
    """Commit all that is sent in the block. Raises KafkaException if one record did not arrive; then nothing is committed."""
    producer.client.begin_transaction()
    try:
        yield
        producer.flush(WITHIN_S)
        producer.client.commit_transaction(WITHIN_S)
    except KafkaException as error:
        if not error.args[0].fatal():
            producer.client.abort_transaction(WITHIN_S)
        raise


def announce(settings: Settings, producer: LogProducer, word: Broadcast, topic: str, entry: bytes, nobody: bytes) -> dict[int, int]:
    """Publish the control record `word` to all partitions, and to `topic` under the key `entry`. Return its offset in each partition.

    `nobody` is the record's key in the touchpoint topic. The record concerns no customer, but every record there needs a key.
    Raises KafkaException; then either nothing was changed or everything.
    """
    numbers = producer.partitions(TOUCHPOINTS)
    value = msgspec.json.encode(word)
    signs, offsets = signer(settings), dict[int, int]()

    def note(_failed: KafkaError | None, message: Message) -> None:
        number, offset = message.partition(), message.offset()
        if number is not None and offset is not None:
            offsets[number] = offset

    with transaction(producer):
        producer.send(topic, entry, value)
        for number in numbers:
            producer.send(TOUCHPOINTS, nobody, value, signs.sign(number, value), number, note)
    return offsets
