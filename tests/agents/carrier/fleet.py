"""Real workers on a real Kafka, and the strict count of what they made of what was sent."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import orjson
from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from agents.kafka.producer import LogProducer
from tests.agents.carrier.counting import EACH
from tests.agents.company import until

PARTITIONS = 4
REPOSITORY = Path(__file__).resolve().parents[3]
NO_COORDINATOR_YET = (KafkaError.NOT_COORDINATOR, KafkaError.COORDINATOR_NOT_AVAILABLE, KafkaError.COORDINATOR_LOAD_IN_PROGRESS)


def stopped(pid: int) -> bool:
    """Return whether SIGSTOP has taken hold."""
    return Path(f"/proc/{pid}/stat").read_text().split()[2] == "T"


@dataclass
class Fleet:
    """Counting workers over topics of their own."""

    broker: str
    folder: Path
    source: str = field(default_factory=lambda: f"carrier-{uuid4().hex[:8]}")
    truth: Counter[str] = field(default_factory=Counter)
    workers: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.admin = AdminClient({"bootstrap.servers": self.broker})
        self.producer = LogProducer({"bootstrap.servers": self.broker, "linger.ms": 5}, resend=False)
        self.create(self.source, self.output, self.rejections, self.changelog)

    @property
    def app(self) -> str:
        return f"app-{self.source}"

    @property
    def output(self) -> str:
        return f"{self.source}-out"

    @property
    def rejections(self) -> str:
        return f"{self.source}-rejections"

    @property
    def changelog(self) -> str:
        return f"{self.app}-counts-changelog"

    def create(self, *topics: str, partitions: int = PARTITIONS) -> None:
        new = [
            NewTopic(t, partitions, 1, config={"cleanup.policy": "compact"} if t.endswith("changelog") else {"retention.ms": "-1"})
            for t in topics
        ]
        for future in self.admin.create_topics(new).values():
            future.result(10)

    def delete(self, topic: str) -> None:
        self.admin.delete_topics([topic])[topic].result(10)
        until(lambda: topic not in self.admin.list_topics(timeout=5).topics, lambda: f"{topic} is still there")

    def start(self, worker: str = "1", failpoint: str = "", **seconds: float) -> subprocess.Popen[bytes]:
        """Start a worker; `seconds` are its time limits by their option's name."""
        command = [sys.executable, "-m", "tests.agents.carrier.counting", "--failpoint", failpoint, "--worker", worker]
        command += ["--broker", self.broker, "--source", self.source, "--app", self.app, "--directory", str(self.folder)]
        command += [text for name, limit in seconds.items() for text in (f"--{name.replace('_', '-')}", str(limit))]
        with self.log(worker).open("ab") as log:
            self.workers[worker] = subprocess.Popen(command, cwd=REPOSITORY, stdout=log, stderr=log)
        return self.workers[worker]

    def log(self, worker: str) -> Path:
        return self.folder / f"{self.source}-{worker}.log"

    def said(self, worker: str = "1") -> str:
        return self.log(worker).read_text(errors="replace")

    def ready(self, worker: str = "1", times: int = 1) -> None:
        until(lambda: self.said(worker).count("Worker ready") >= times, lambda: self.said(worker))

    def send(self, count: int, keys: int = 50, value: bytes = b"{}", key: str | None = None, partition: int | None = None) -> None:
        """Events spread over `keys` customers; counted as truth unless they are meant to be rejected."""
        for number in range(count):
            name = key or f"c{number % keys:04d}"
            self.producer.send(self.source, name, value, partition=partition)
            if value not in (b"bad", b"poison"):
                self.truth[name] += 1
        self.producer.flush(20)

    def committed(self) -> dict[int, int]:
        """The group's offsets; asked again while its coordinator is being elected."""
        return until(self._committed, lambda: "the group has no coordinator")

    def _committed(self) -> dict[int, int] | None:
        consumer = Consumer({"bootstrap.servers": self.broker, "group.id": self.app})
        try:
            return {tp.partition: tp.offset for tp in consumer.committed([TopicPartition(self.source, n) for n in range(PARTITIONS)], 10)}
        except KafkaException as error:
            if error.args[0].code() not in NO_COORDINATOR_YET:
                raise
            return None
        finally:
            consumer.close()

    def ends(self) -> dict[int, int]:
        consumer = Consumer({"bootstrap.servers": self.broker, "group.id": "probe"})
        try:
            return {n: consumer.get_watermark_offsets(TopicPartition(self.source, n), 10)[1] for n in range(PARTITIONS)}
        finally:
            consumer.close()

    def caught_up(self, seconds: float = 90.0) -> None:
        ends = self.ends()
        until(lambda: all(max(0, self.committed()[n]) >= end for n, end in ends.items()), lambda: f"to apply: {ends}", seconds)

    def exit_code(self, worker: str = "1", seconds: float = 60.0) -> int:
        return self.workers[worker].wait(seconds)

    def stop(self, seconds: float = 30.0) -> list[int]:
        """Ask all to leave; their exit codes."""
        for worker in self.workers.values():
            if worker.poll() is None:
                worker.terminate()
        return [worker.wait(seconds) for worker in self.workers.values()]

    def end(self) -> None:
        for worker in self.workers.values():
            if worker.poll() is None:
                worker.kill()
                worker.wait(10)

    def records(self, topic: str) -> Iterator[tuple[bytes | None, bytes | None]]:
        """All committed records of a topic."""
        consumer = Consumer(
            {
                "bootstrap.servers": self.broker,
                "group.id": "check",
                "isolation.level": "read_committed",
                "enable.partition.eof": True,
                "enable.auto.commit": False,
            }
        )
        consumer.assign([TopicPartition(topic, n, 0) for n in range(PARTITIONS)])
        ended: set[int | None] = set()
        while len(ended) < PARTITIONS:
            for message in consumer.consume(2000, 1):
                if message.error():
                    ended.add(message.partition())
                else:
                    yield message.key(), message.value()
        consumer.close()

    def states(self) -> dict[str, int]:
        return {
            key[1:].decode(): orjson.loads(value)["n"] for key, value in self.records(self.changelog) if key and value and key[:1] == b"s"
        }

    def rejected(self) -> list[dict[str, str]]:
        return [orjson.loads(value) for _, value in self.records(self.rejections) if value]

    def verify(self) -> None:
        """State equals what was sent, and each output is there exactly once."""
        assert self.states() == dict(self.truth)
        outputs = Counter((value or b"").decode() for _, value in self.records(self.output))
        assert outputs == Counter(f"{key}-{n}" for key in self.truth for n in range(EACH, self.truth[key] + 1, EACH))

    def settle(self, seconds: float = 90.0) -> None:
        """Applied to the end, left in order, exact."""
        self.caught_up(seconds)
        assert set(self.stop()) <= {0, 70, -9, 9}
        self.verify()
