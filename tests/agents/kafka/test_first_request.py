"""The first request of a producer to a partition is refused, its second one accepted: nothing may be lost, and nothing disordered.

A broker accepts any first request of a producer that it does not know (KAFKA-15591). librdkafka takes the first request for written as soon
as the second one is acknowledged.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from confluent_kafka import Producer

from agents.carrier.transaction import Output, Snapshot, Transactions
from agents.kafka.admin import Admin
from agents.kafka.producer import LogProducer
from agents.kafka.reader import LogReader
from agents.settings import Settings
from schemas.topics import TOPICS
from tests.agents.carrier.fakes import Died, fail, options
from tests.agents.company import until
from tests.agents.kafka.overtaking import Overtaking

pytestmark = pytest.mark.kafka
RUNS = 20
RECORDS = [b"%d" % number for number in range(6)]
SECOND_COMES_S, NO_SECOND_S = 30.0, 0.05  # how long the first request is held: until the second comes, or long enough to see that none does


@pytest.fixture
def new_topic(settings: Settings) -> Callable[..., str]:
    """Return what makes a topic of one partition, which no producer has written to."""

    def make(name: str = "") -> str:
        name = name or f"first-{uuid4().hex}"
        with Admin(settings.model_copy(update={"partitions": 1})) as admin:
            admin.create([replace(TOPICS[0], name=name)])
        return name

    return make


def written(settings: Settings, topic: str) -> list[bytes]:
    """What a committed reader finds."""
    with LogReader(settings, topic, beginning=True) as reader:
        return [value for message in reader.until_end() if isinstance(value := message.value(), bytes)]


@pytest.mark.parametrize("transactional", [False, True])
def test_librdkafka_by_itself_loses_the_first_and_reports_no_error(
    settings: Settings, new_topic: Callable[..., str], transactional: bool
) -> None:
    """The scenario is real: without it, the tests below would prove nothing."""
    topic, offsets = new_topic(), dict[bytes | str | None, Any]()
    with Overtaking(settings.brokers, topic, SECOND_COMES_S) as wire:
        name = {"transactional.id": topic} if transactional else {}
        producer = Producer({"bootstrap.servers": wire.address, "enable.idempotence": True, "linger.ms": 5, "log_level": 2, **name})
        if transactional:
            producer.init_transactions(30)
            producer.begin_transaction()
        for number, value in enumerate(RECORDS):
            producer.produce(topic, value, on_delivery=lambda error, message: offsets.update({message.value(): error or message.offset()}))
            if number == 0:
                assert wire.held.wait(30)
        assert producer.flush(30) == 0
        if transactional:
            producer.commit_transaction(30)
    assert wire.overtaken
    assert offsets == {RECORDS[0]: None, **{value: number for number, value in enumerate(RECORDS[1:])}}
    assert until(lambda: written(settings, topic)) == RECORDS[1:]  # a commit is visible a moment after it was made


def test_ours_loses_nothing_and_keeps_the_order(settings: Settings, new_topic: Callable[..., str]) -> None:
    """Mutant: more than one request under way. Then the first record is sent again, and comes last."""

    def run(topic: str) -> tuple[bool, list[bytes], list[bytes | str | None]]:
        placed: dict[int | None, bytes | str | None] = {}
        with Overtaking(settings.brokers, topic, NO_SECOND_S) as wire:
            producer = LogProducer({"bootstrap.servers": wire.address, "linger.ms": 0}, resend=True)
            for number, value in enumerate(RECORDS):
                producer.send(topic, b"c1", value, delivered=lambda _, message: placed.update({message.offset(): message.value()}))
                if number == 0:
                    assert wire.held.wait(30)
            producer.flush(30)
        return wire.overtaken, written(settings, topic), [placed[number] for number in sorted(placed, key=str)]

    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(run, [new_topic() for _ in range(RUNS)]))
    assert runs == [(False, RECORDS, RECORDS)] * RUNS


@pytest.mark.parametrize("kind", ["output", "state"])
def test_a_commit_with_a_hole_never_comes_to_be(settings: Settings, new_topic: Callable[..., str], kind: str) -> None:
    """Mutants: delivery reports of outputs not looked at; those of states not looked at."""
    app = f"first-{uuid4().hex}"
    topic, dice = new_topic(f"{app}-journeys-changelog"), random.Random(7)
    large = [dice.randbytes(600_000) for _ in range(3)]  # each fills a request of its own
    if kind == "output":
        snapshot = Snapshot(1, "m", [(0, 3)], outputs=[Output(topic, b"c1", value, (), None) for value in large])
    else:
        snapshot = Snapshot(1, "m", [(0, 3)], states=[(0, b"sc%d" % number, value) for number, value in enumerate(large)])
    with Overtaking(settings.brokers, topic, SECOND_COMES_S) as wire:
        transactions = Transactions(options(brokers=wire.address, app_id=app), fail)
        transactions.open()
        with pytest.raises(Died, match="acknowledged without an offset"):
            transactions.write(snapshot)
    assert wire.overtaken
    Transactions(options(brokers=settings.brokers, app_id=app), fail).open()  # the worker starts again
    assert written(settings, topic) == []
