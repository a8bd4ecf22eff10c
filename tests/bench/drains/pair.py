"""Two real workers of a benchmark, ingest and journey, their metrics, and the number of records on a topic."""

from __future__ import annotations

import re
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from confluent_kafka import Consumer, KafkaError, TopicPartition

from agents.tools.embedded.children import Child, spawn
from tests.bench.drains.broker import PARTITIONS, Broker

PATIENCE_S = 600.0


class Worker:
    """One real worker and its metrics."""

    def __init__(self, broker: Broker, role: str) -> None:
        self.role, self._folder = role, broker.folder / role
        self._folder.mkdir()
        words = [f"{key}={value}" for key, value in broker.variables.items()]
        command = [sys.executable, "-m", "tests.faults.worker", str(self._folder), role, "", *words]
        self.child: Child = spawn(command, str(self._folder), self._folder, detached=False)

    def metrics(self) -> Counter[str]:
        """Return each sample of the scrape by its name with labels. Empty: it does not answer yet."""
        log = self._folder / "server.log"
        found = re.findall(r"answers on (http://\S+/metrics)", log.read_text(errors="replace")) if log.exists() else []
        if not found:
            return Counter()
        lines = urllib.request.urlopen(found[-1], timeout=10).read().decode().splitlines()
        return Counter({name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))})

    def total(self, name: str) -> int:
        """Return the sum of this metric's samples of the role."""
        return round(sum(value for sample, value in self.metrics().items() if sample.startswith(name) and f'role="{self.role}"' in sample))

    def outcomes(self) -> dict[str, int]:
        """Return how many records of the role's source ended in which way."""
        found: Counter[str] = Counter()
        for sample, value in self.metrics().items():
            if (
                sample.startswith("journey_events_total")
                and f'role="{self.role}"' in sample
                and (named := re.search(r'outcome="(\w+)"', sample))
            ):
                found[named[1]] += round(value)
        return dict(sorted(found.items()))


@contextmanager
def workers(broker: Broker) -> Iterator[list[Worker]]:
    """Run ingest and journey until the block ends."""
    with ExitStack() as stack:
        both = [Worker(broker, role) for role in ("ingest", "journey")]
        for each in both:
            stack.callback(each.child.stop, 20.0)
        yield both


def until(seen: Callable[[], bool], both: list[Worker], what: str) -> None:
    """Wait, asking five times a second. Raises RuntimeError if a worker has ended, TimeoutError after PATIENCE_S seconds."""
    deadline = time.monotonic() + PATIENCE_S
    while not seen():
        if gone := [each.role for each in both if not each.child.alive()]:
            raise RuntimeError(f"{', '.join(gone)} ended")
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        time.sleep(0.2)


def count(broker: Broker, topic: str, holding: bytes = b"") -> int:
    """Return the number of committed records on a topic, or of those that hold these bytes."""
    settings = {
        "bootstrap.servers": broker.bootstrap,
        "group.id": "count",
        "isolation.level": "read_committed",
        "enable.partition.eof": True,
    }
    consumer = Consumer({**settings, "enable.auto.commit": False, "fetch.message.max.bytes": 64 << 20, "log_level": 2})
    consumer.assign([TopicPartition(topic, number, 0) for number in range(PARTITIONS)])
    found, ended = 0, set[int | None]()
    while len(ended) < PARTITIONS:
        for message in consumer.consume(5_000, 0.5):
            error = message.error()
            found += error is None and holding in (message.value() or b"")
            if error is not None and error.code() == KafkaError._PARTITION_EOF:
                ended.add(message.partition())
    consumer.close()
    return found
