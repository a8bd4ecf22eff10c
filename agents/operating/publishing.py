"""A blueprint is put in force: its body first, then the word in every partition of the log, in one transaction, all or nothing.

Whoever publishes does so under one transactional name, so that of two at once only one gets through: partitions never disagree about
what a version is. Publishing what is in force already says it again under its own version, which changes nothing where it was heard.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import msgspec
from confluent_kafka import KafkaError, KafkaException, Message, Producer

from agents.rulebook import TOPIC, VERSION, Shelf, read_shelf
from agents.security import librdkafka_security
from agents.settings import Settings
from schemas.control import SIGNATURE, RulesPublished, signature
from streams.blueprint import Blueprint, hash_of

TOUCHPOINTS = "journey.touchpoints.v1"
NAME = "sojourn-blueprint"  # the transactional name of whoever publishes
NOBODY = b"rules-published"  # the log takes no record without a key; this one concerns no customer
WITHIN_S = 30.0


class Spoken(NamedTuple):
    """What was said to every partition; `again`: it had been said before."""

    word: RulesPublished
    partitions: int
    again: bool


def publish(settings: Settings, blueprint: Blueprint, why: str = "") -> Spoken:
    """From here on in the log this blueprint is in force. Raises KafkaException, with nothing changed or everything."""
    body = blueprint.body()
    with _alone(settings) as producer:
        shelf = read_shelf(settings)
        word, again = _word(shelf, blueprint.name, hash_of(body), why)
        if word.hash not in shelf.bodies:
            with _transaction(producer) as send:
                send(TOPIC, word.hash.encode(), body)
        numbers = producer.list_topics(TOUCHPOINTS, timeout=WITHIN_S).topics[TOUCHPOINTS].partitions
        with _transaction(producer) as send:
            value = msgspec.json.encode(word)
            send(TOPIC, VERSION + b"%08d" % word.version, value)
            for number in numbers:
                send(TOUCHPOINTS, NOBODY, value, number, [(SIGNATURE, signature(settings.control_key(), value))])
    return Spoken(word, len(numbers), again)


def _word(shelf: Shelf, name: str, hash_: str, why: str) -> tuple[RulesPublished, bool]:
    newest = shelf.newest
    if newest is not None and newest.hash == hash_:
        return newest, True
    return RulesPublished(name=name, version=newest.version + 1 if newest else 1, hash=hash_, why=why), False


@contextmanager
def _alone(settings: Settings) -> Iterator[Producer]:
    """The only one who publishes: whoever was at it before is cut off, and what they left unfinished is void."""
    tuned = {"transactional.id": NAME, "transaction.timeout.ms": int(WITHIN_S * 1000), "log_level": 2}
    producer = Producer({**librdkafka_security(settings), **tuned})
    producer.init_transactions(WITHIN_S)
    yield producer


class _Sending:
    """Sends within a transaction, and remembers what did not arrive."""

    def __init__(self, producer: Producer) -> None:
        self._producer = producer
        self.failed: list[KafkaError] = []

    def __call__(
        self, topic: str, key: bytes, value: bytes, number: int = -1, headers: list[tuple[str, str | bytes | None]] | None = None
    ) -> None:
        self._producer.produce(topic, value, key, number, headers=headers or [], on_delivery=self._delivered)

    def _delivered(self, error: KafkaError | None, _message: Message) -> None:
        if error is not None:
            self.failed.append(error)


@contextmanager
def _transaction(producer: Producer) -> Iterator[_Sending]:
    producer.begin_transaction()
    sending = _Sending(producer)
    try:
        yield sending
        producer.flush(WITHIN_S)
        if sending.failed:
            raise KafkaException(sending.failed[0])
        producer.commit_transaction(WITHIN_S)
    except KafkaException as error:
        if not error.args[0].fatal():
            producer.abort_transaction(WITHIN_S)
        raise
