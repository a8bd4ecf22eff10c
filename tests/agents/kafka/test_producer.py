"""The project's producer: what counts as delivered, what is sent again, and what it says where something did not arrive."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from confluent_kafka import KafkaError, KafkaException, Message, Producer
from confluent_kafka.admin._metadata import ClusterMetadata

from agents.carrier.delivery import UndeliveredError
from agents.kafka import producer as module
from agents.kafka.admin import Admin
from agents.kafka.producer import ATTEMPTS, LogProducer
from agents.kafka.reader import LogReader
from agents.settings import Settings
from agents.settings.security import librdkafka_security
from agents.tools.embedded.children import free_ports
from schemas.topics import TOPICS
from tests.agents.kafka.forgetful import Amnesiac, Forgetful

pytestmark = pytest.mark.kafka
VALUES = [b"%d" % number for number in range(4)]


@pytest.fixture
def topic(settings: Settings) -> str:
    """Return a topic of this test's own."""
    name = f"producer-{uuid4().hex}"
    with Admin(settings) as admin:
        admin.create([replace(TOPICS[0], name=name)])
    return name


class Reports:
    """What a producer said of each record."""

    def __init__(self) -> None:
        self.errors: list[int | None] = []
        self.offsets: list[int | None] = []

    def note(self, error: KafkaError | None, message: Message) -> None:
        self.errors.append(error.code() if error else None)
        self.offsets.append(message.offset())


def _send(settings: Settings, topic: str, *, resend: bool, **tuned: Any) -> tuple[LogProducer, Reports]:
    """A producer that was given all values under one key."""
    producer, reports = LogProducer({**librdkafka_security(settings), **tuned}, resend=resend), Reports()
    for value in VALUES:
        producer.send(topic, b"c1", value, delivered=reports.note)
    return producer, reports


def _written(settings: Settings, topic: str) -> list[bytes | str | None]:
    with LogReader(settings, topic, beginning=True) as reader:
        return [message.value() for message in reader.until_end()]


def test_all_is_there_in_order_and_each_record_has_its_offset(settings: Settings, topic: str) -> None:
    producer, reports = _send(settings, topic, resend=False)
    producer.flush(30)
    assert _written(settings, topic) == VALUES
    assert (reports.errors, reports.offsets) == ([None] * 4, [0, 1, 2, 3])


def test_what_was_acknowledged_without_an_offset_is_sent_again(settings: Settings, topic: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mutants: a report without an offset passed on as delivered; `flush` through before what is sent again has arrived."""
    monkeypatch.setattr(module, "Producer", Forgetful)
    producer, reports = _send(settings, topic, resend=True)
    producer.flush(30)
    assert sorted(map(str, _written(settings, topic))) == sorted(map(str, VALUES))
    assert (reports.errors, sorted(map(str, reports.offsets))) == ([None] * 4, ["0", "1", "2", "3"])


def test_where_a_second_copy_does_harm_it_has_failed(settings: Settings, topic: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mutant: sent again all the same. What one `flush` said is not said by the next."""
    monkeypatch.setattr(module, "Producer", Forgetful)
    producer, reports = _send(settings, topic, resend=False)
    words = r"^1 of 4 records were not delivered within 30 s: acknowledged without an offset\. To fix it: `sojourn doctor`"
    with pytest.raises(UndeliveredError, match=words) as raised:
        producer.flush(30)
    assert raised.value.args[0].code() == KafkaError._NO_OFFSET
    assert _written(settings, topic) == VALUES[1:]
    assert sorted(map(str, reports.errors)) == [str(KafkaError._NO_OFFSET), "None", "None", "None"]
    producer.flush(0)


def test_sending_again_ends(settings: Settings, topic: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mutant: attempts without a limit."""
    monkeypatch.setattr(module, "Producer", Amnesiac)
    producer, reports = _send(settings, topic, resend=True)
    with pytest.raises(UndeliveredError, match=r"^4 of 4 records"):
        producer.flush(30)
    assert reports.errors == [KafkaError._NO_OFFSET] * 4
    assert isinstance(producer.client, Amnesiac)
    assert len(producer.client.lost) == 4 * ATTEMPTS


def test_waiting_for_acknowledgements_ends(topic: str) -> None:
    """Nobody answers at the address. What is still under way counts for the next `flush` too."""
    producer = LogProducer({"bootstrap.servers": f"127.0.0.1:{free_ports(1)[0]}", "log_level": 0}, resend=True)
    assert producer.offer(topic, b"c1", b"1")
    for _ in range(2):
        with pytest.raises(UndeliveredError, match=r"^1 of 1 records were not delivered within 0\.1 s: Local: Message timed out"):
            producer.flush(0.1)


class Leaderless(Producer):
    """The real one, whose brokers say twice that the partitions have no leader yet."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self.calls: list[str] = []

    def list_topics(self, topic: str | None = None, timeout: float = -1) -> ClusterMetadata:
        found: ClusterMetadata = super().list_topics(topic, timeout)
        self.calls.append("asked")
        if topic is not None and len(self.calls) <= 2:
            found.topics[topic].partitions[1].leader = -1
        return found

    def produce(self, *words: Any, **more: Any) -> None:
        self.calls.append("produced")
        super().produce(*words, **more)


def test_nothing_is_sent_to_a_topic_before_every_partition_has_a_leader(
    settings: Settings, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mutants: one look is enough; some leaders are enough; asked for each record."""
    monkeypatch.setattr(module, "Producer", Leaderless)
    producer, _ = _send(settings, topic, resend=False)
    producer.flush(30)
    assert isinstance(producer.client, Leaderless)
    assert producer.client.calls == ["asked"] * 3 + ["produced"] * 4
    assert producer.partitions(topic) == [0, 1, 2]


@pytest.mark.parametrize("answers", [True, False])
def test_a_topic_without_leaders_is_named_with_the_fix(settings: Settings, monkeypatch: pytest.MonkeyPatch, answers: bool) -> None:
    """Be it that the topic does not exist, or that no broker answers. Mutant: whoever waits, waits for ever."""
    monkeypatch.setattr(module, "PATIENCE_S", 0.2)
    there = settings if answers else settings.model_copy(update={"brokers": f"127.0.0.1:{free_ports(1)[0]}"})
    with pytest.raises(UndeliveredError, match=r"^nowhere cannot be written to: .*\. To fix it: run `sojourn topics create`"):
        _send(there, "nowhere", resend=True)


def test_a_full_queue_is_said_at_once_or_after_some_patience(settings: Settings, topic: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """`offer` does not wait, because the event loop calls it; `send` waits for room, but not for ever."""
    monkeypatch.setattr(module, "PATIENCE_S", 1.0)
    tuned = {"queue.buffering.max.messages": 1, "linger.ms": 60_000}
    producer = LogProducer({**librdkafka_security(settings), **tuned}, resend=True)
    producer.send(topic, b"c1", b"1")
    assert not producer.offer(topic, b"c1", b"2")
    with pytest.raises(UndeliveredError, match=f"^1 records wait for {topic}: .*[Qq]ueue full"):
        producer.send(topic, b"c1", b"2")
    producer.flush(30)
    producer.send(topic, b"c1", b"3")
    producer.flush(30)
    assert _written(settings, topic) == [b"1", b"3"]


def test_a_record_that_kafka_can_never_take_is_refused_at_once(settings: Settings, topic: str) -> None:
    """It is not one that did not arrive: whoever sends many goes on with the next."""
    producer = LogProducer(librdkafka_security(settings), resend=True)
    with pytest.raises(KafkaException, match="Message size too large") as raised:
        producer.send(topic, b"c1", bytes(2_000_000))
    assert not isinstance(raised.value, UndeliveredError)
    producer.flush(0)
