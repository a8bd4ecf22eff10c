"""The broker of the benchmark and the topic that every job reads."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType

from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from agents.kafka.admin import Admin
from agents.settings import Settings
from agents.tools.embedded.kafka import Kafka
from agents.tools.embedded.servers import key_file
from tests.bench.events import Events
from tests.conftest import CACHE

SOURCE = "journey.touchpoints.v1"
OUTPUT = "bench.out"
PARTITIONS = 4
HOUR = 3_600_000


class Broker:
    """A real Kafka under `folder`, with the catalogue's topics and the benchmark's own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kafka = Kafka(folder / "kafka", cache=CACHE, heap_mb=1024)

    def __enter__(self) -> Broker:
        self.kafka.start()
        with Admin(self.settings) as admin:
            admin.create()
        self.create([OUTPUT])
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.kafka.stop(grace_s=0.0)  # nothing in it is needed again

    @property
    def bootstrap(self) -> str:
        """Its address, as clients want it."""
        return self.kafka.bootstrap

    @property
    def variables(self) -> Mapping[str, str]:
        """The worker's environment: defaults, but for where things are."""
        return {
            "SOJOURN_HOME": str(self.folder),
            "SOJOURN_BROKERS": self.bootstrap,
            "SOJOURN_CONTROL_KEY_FILE": str(key_file(self.folder)),
            "SOJOURN_PARTITIONS": str(PARTITIONS),
            "SOJOURN_WORKER": "bench",
            "SOJOURN_HTTP_PORT": "0",
        }

    @property
    def settings(self) -> Settings:
        """The settings that those variables make."""
        return Settings.from_env(self.variables)

    def create(self, topics: Iterable[str], *, compacted: bool = False) -> None:
        """Topics of the benchmark's own."""
        config = {"cleanup.policy": "compact"} if compacted else {}
        client = AdminClient({"bootstrap.servers": self.bootstrap, "log_level": 2})
        made = client.create_topics([NewTopic(name, PARTITIONS, 1, config=config) for name in topics])
        for future in made.values():
            future.result(20)

    def fill(self, count: int, customers: int) -> int:
        """The source holds `count` events of the last hour, in order; returns the size of one in bytes, on average."""
        events, begin = Events(customers), time.time_ns() // 1_000_000 - HOUR
        client, size = bulk_producer(self.bootstrap), 0
        for number in range(count):
            key, value = events.one(f"e{number}", begin + HOUR * number // count)
            size += len(value)
            while True:
                try:
                    client.produce(SOURCE, value, key)
                    break
                except BufferError:
                    client.poll(0.05)
            if number % 1000 == 0:
                client.poll(0)
        if left := client.flush(60):
            raise RuntimeError(f"{left} events did not reach the broker")
        return size // count


def bulk_producer(bootstrap: str, linger_ms: int = 20) -> Producer:
    """A producer for many small records, keyed as every other Kafka client keys them."""
    settings = {"linger.ms": linger_ms, "batch.size": 1 << 20, "queue.buffering.max.messages": 500_000, "compression.type": "none"}
    return Producer({**settings, "bootstrap.servers": bootstrap, "partitioner": "murmur2_random", "log_level": 2})
