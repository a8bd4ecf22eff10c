"""A blueprint is put in force: its body first, then the word in every partition of the log, in one transaction, all or nothing.

Whoever publishes does so under one transactional name, so that of two at once only one gets through: partitions never disagree about
what a version is. Publishing what is in force already says it again under its own version, which changes nothing where it was heard.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import msgspec
from confluent_kafka import KafkaException, Producer

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
            with _transaction(producer):
                producer.produce(TOPIC, body, word.hash)
        numbers = producer.list_topics(TOUCHPOINTS, timeout=WITHIN_S).topics[TOUCHPOINTS].partitions
        with _transaction(producer):
            value = msgspec.json.encode(word)
            headers: list[tuple[str, str | bytes | None]] = [(SIGNATURE, signature(settings.control_key(), value))]
            producer.produce(TOPIC, value, VERSION + b"%08d" % word.version)
            for number in numbers:
                producer.produce(TOUCHPOINTS, value, NOBODY, number, headers=headers)
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


@contextmanager
def _transaction(producer: Producer) -> Iterator[Producer]:
    """What is produced in the block is there for all, or for nobody: a commit fails where one record did not arrive."""
    producer.begin_transaction()
    try:
        yield producer
        producer.commit_transaction(WITHIN_S)
    except KafkaException as error:
        if not error.args[0].fatal():
            producer.abort_transaction(WITHIN_S)
        raise
