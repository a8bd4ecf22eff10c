"""Administration against a real broker: what a group has, what a reader sees, and the override of a refusal."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient

from agents.carrier.record import PARTITION_KEY
from agents.carrier.topics import describe
from agents.kafka.admin import Admin
from agents.kafka.committed import committed
from agents.kafka.producer import LogProducer
from agents.kafka.reader import LogReader
from agents.settings import Settings
from agents.settings.security import librdkafka_security
from schemas.topic import Topic
from schemas.topics import TOPICS
from tests.agents.company import until

pytestmark = pytest.mark.kafka


def _topic(name: str) -> Topic:
    return replace(TOPICS[0], name=name)


@pytest.fixture
def settings(kafka: str) -> Settings:
    return Settings(brokers=kafka)


def test_a_refused_topic_is_named_with_the_brokers_reason(settings: Settings) -> None:
    with (
        Admin(settings.model_copy(update={"replication": 7})) as admin,
        pytest.raises(RuntimeError, match=r"admin\.refused: .*[Rr]eplication"),
    ):
        admin.create([_topic("admin.refused")])


def test_a_topic_made_again_has_another_id(settings: Settings) -> None:
    name, client = "admin.again", AdminClient({**librdkafka_security(settings)})
    with Admin(settings) as admin:
        admin.create([_topic(name)])
        first = describe(client, [name, "admin.nobody"])
        admin._client.delete_topics([name])
        until(lambda: describe(client, [name])[name] is None)
        admin.create([_topic(name)])
        again = describe(client, [name])
    assert first["admin.nobody"] is None
    assert (old := first[name]) is not None
    assert (new := again[name]) is not None
    assert (new.partitions, new.topic_id != old.topic_id) == (old.partitions, True)


def test_a_group_says_how_far_it_is_behind(settings: Settings) -> None:
    with Admin(settings) as admin:
        admin.create([_topic("admin.group")])
        producer = LogProducer(librdkafka_security(settings), resend=False)
        for number in range(10):
            producer.send("admin.group", None, b"%d" % number, partition=0)
        producer.flush(10)
        assert admin.group("admin-nobody").members == 0
        assert admin.set_committed("admin-group", {("admin.group", 0): 4}) == {}
        group = admin.group("admin-group")
    assert (group.members, group.committed, group.behind) == (0, {("admin.group", 0): 4}, 6)
    assert committed(settings, "admin-group", "admin.group", [0, 1]) == {0: 4}


def test_a_reader_waits_for_an_open_transaction_when_told_the_high_watermark(settings: Settings) -> None:
    """Catches the mutant that stops at the last stable offset: what a worker has just committed would be missed."""
    topic = "admin.open"
    with Admin(settings) as admin:
        admin.create([_topic(topic)])
        producer = Producer({**librdkafka_security(settings), "transactional.id": "admin-open"})
        producer.init_transactions()
        producer.begin_transaction()
        producer.produce(topic, b"hidden", partition=0)
        producer.flush(10)
        ends = {0: admin.ends([(topic, 0)])[topic, 0]}
    assert ends == {0: 1}
    with LogReader(settings, topic, {0: 0}) as reader:
        assert list(reader.until_end()) == []
    timer = threading.Timer(0.5, producer.commit_transaction)
    timer.start()
    with LogReader(settings, topic, {0: 0}) as reader:
        assert [message.value() for message in reader.until(ends)] == [b"hidden"]
    timer.join()


def test_an_aborted_transaction_at_the_end_does_not_hold_a_reader(settings: Settings) -> None:
    topic = "admin.aborted"
    with Admin(settings) as admin:
        admin.create([_topic(topic)])
        producer = Producer({**librdkafka_security(settings), "transactional.id": "admin-aborted"})
        producer.init_transactions()
        producer.begin_transaction()
        producer.produce(topic, b"never", partition=0)
        producer.flush(10)
        producer.abort_transaction()
        ends = {0: admin.ends([(topic, 0)])[topic, 0]}
    with LogReader(settings, topic, {0: 0}) as reader:
        assert list(reader.until(ends)) == []


def test_the_last_record_of_a_key_is_found_from_the_end_backwards(settings: Settings) -> None:
    topic = "admin.last"
    with Admin(settings) as admin:
        admin.create([_topic(topic)])
    producer = LogProducer(librdkafka_security(settings), resend=False)
    for number in range(2):
        producer.send(topic, PARTITION_KEY, b"%d" % number, partition=0)
    for _ in range(5_000):
        producer.send(topic, b"other", b"other", partition=0)
    producer.flush(10)
    with LogReader(settings, topic, {}) as reader:
        found, nobody = reader.last(0, PARTITION_KEY), reader.last(0, b"nobody")
    assert found is not None
    assert (found.value(), found.offset(), nobody) == (b"1", 1, None)
