"""A worker in small, with the outside of the real one: two groups, transactions, rejections, partition records.

It stands in for ingest and journey where only the command line is tested: what it publishes and commits, and when, is what the
carrier promises; what a touchpoint means is not its business.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import msgspec
import orjson
from confluent_kafka import Consumer, Message, TopicPartition

from agents.carrier.record import PARTITION_KEY, PartitionRecord
from agents.carrier.rejections import rejection_record
from agents.kafka.producer import LogProducer
from agents.running.runs import Runs, count_run, header_of, run_of
from agents.settings import Settings
from agents.settings.security import librdkafka_security
from agents.tools.operating.trust import JOBS
from tests.agents.headers import headers_of


@dataclass
class Logged:
    """A confluent message with the fields of the carrier's records."""

    message: Message
    topic: str = field(init=False)
    partition: int = field(init=False)
    offset: int = field(init=False)

    def __post_init__(self) -> None:
        topic, partition, offset = self.message.topic(), self.message.partition(), self.message.offset()
        assert topic is not None
        assert partition is not None
        assert offset is not None
        self.topic, self.partition, self.offset = topic, partition, offset
        self.key, self.value = self.message.key(), self.message.value()
        self.timestamp = self.message.timestamp()[1]
        self.headers = headers_of(self.message)


Apply = Callable[[LogProducer, Logged], None]


class Books:
    """What a job has counted of each run, by partition; stored like its own partition record."""

    def __init__(self, job: str) -> None:
        self._changelog = JOBS[job][2]
        self._runs: dict[int, Runs] = {}
        self._seen: set[str] = set()

    def _count(self, producer: LogProducer, record: Logged, outcome: str) -> None:
        runs = self._runs.setdefault(record.partition, {})
        if run := run_of(record.headers):
            count_run(runs, run, outcome)
        stored = PartitionRecord(record.offset + 1, "an id", msgspec.msgpack.encode({"runs": runs})).encode()
        producer.send(self._changelog, PARTITION_KEY, stored, partition=record.partition)

    def apply(self, producer: LogProducer, record: Logged) -> None:
        """Apply an event, or know it for a duplicate."""
        id = orjson.loads(record.value or b"")["id"]
        self._count(producer, record, "duplicate" if id in self._seen else "applied")
        self._seen.add(id)

    def forward(self, producer: LogProducer, record: Logged) -> None:
        """Pass a readable event on, reject any other."""
        try:
            customer = orjson.loads(record.value or b"")["customer"]
        except orjson.JSONDecodeError:
            value, headers = rejection_record(record, "unreadable_json")
            producer.send("journey.rejections.v1", None, value, headers)
            self._count(producer, record, "rejected unreadable_json")
        else:
            producer.send("journey.touchpoints.v1", customer.encode(), record.value, header_of(run_of(record.headers)))
            self._count(producer, record, "forwarded")


@contextmanager
def working(settings: Settings) -> Iterator[None]:
    """Run both jobs, each in a thread, until the block ends."""
    stop = threading.Event()
    jobs: list[tuple[str, Apply]] = [("ingest", Books("ingest").forward), ("journey", Books("journey").apply)]
    ready = [threading.Event() for _ in jobs]
    threads = [threading.Thread(target=_work, args=(settings, *job, stop, event)) for job, event in zip(jobs, ready, strict=True)]
    for thread in threads:
        thread.start()
    try:
        assert all(event.wait(30) for event in ready)
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)


def _work(settings: Settings, job: str, apply: Apply, stop: threading.Event, ready: threading.Event) -> None:
    group, source, _ = JOBS[job]
    security = librdkafka_security(settings)
    reads = {"group.id": group, "isolation.level": "read_committed", "auto.offset.reset": "earliest", "enable.auto.commit": False}
    consumer = Consumer({**security, **reads, "fetch.wait.max.ms": 50})
    producer = LogProducer({**security, "transactional.id": f"{group}-little"}, resend=False)
    producer.client.init_transactions(30)
    consumer.subscribe([source], on_assign=lambda _consumer, _partitions: ready.set())
    while not stop.is_set():
        first = consumer.poll(0.2)
        if first is None:
            continue
        records = [Logged(message) for message in [first, *consumer.consume(499, 0)]]
        producer.client.begin_transaction()
        for record in records:
            apply(producer, record)
        ends = {(record.topic, record.partition): record.offset + 1 for record in records}
        offsets = [TopicPartition(*at, offset) for at, offset in ends.items()]
        producer.flush(30)
        producer.client.send_offsets_to_transaction(offsets, consumer.consumer_group_metadata())
        producer.client.commit_transaction(30)
    consumer.close()
