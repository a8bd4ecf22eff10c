"""A producer as a company has it: keyed, idempotent, sometimes twice, sometimes broken; and it writes down what it sent."""

from __future__ import annotations

import random
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from confluent_kafka import KafkaError, Message
from confluent_kafka import Producer as Client

from tests.faults.broken import broken_line
from tests.faults.load import Load
from tests.faults.manifest import Manifest

FRONT, DIRECT = "interactions.v1", "journey.touchpoints.v1"
SLICE_S = 0.05


@dataclass(frozen=True, slots=True)
class Mix:
    """What is sent: events a second, and the shares of those that repeat, that are broken, and that take the direct door."""

    rate: int = 200
    twice: float = 0.05
    broken: float = 0.01
    direct: float = 0.3
    customers: int = 300


class UndeliveredError(RuntimeError):
    """The broker did not take everything: what was sent is not known, and the run says nothing."""


class Producer:
    """Sends a seeded load to both doors, and keeps the manifest."""

    def __init__(self, brokers: str, seed: int, mix: Mix) -> None:
        self.manifest = Manifest()
        self._mix = mix
        self._rng = random.Random(f"producer {seed}")
        self._load = Load(seed, _now(), mix.customers)
        self._again: deque[tuple[int, Callable[[], None]]] = deque()  # what is sent once more, and when
        self._number = 0
        self._failed: list[str] = []
        self._produced = self._acknowledged = 0
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._run, name="producer", daemon=True)
        settings = {"enable.idempotence": True, "partitioner": "murmur2_random", "linger.ms": 5, "message.timeout.ms": 300_000}
        self._client = Client({**settings, "bootstrap.servers": brokers, "log_level": 2})

    def start(self) -> None:
        """Sends in a thread of its own until `finish`."""
        self._thread.start()

    def finish(self, seconds: float = 150.0) -> None:
        """No more is sent, and the broker has all of it. Raises UndeliveredError."""
        self._enough.set()
        self._thread.join(seconds)
        left = len(self._client)
        silent = self._produced - self._acknowledged - len(self._failed)
        if left or silent or self._failed or self._thread.is_alive():
            raise UndeliveredError(f"{left} undelivered, {silent} without an offset, {len(self._failed)} refused: {self._failed[:3]}")

    def _run(self) -> None:
        begun = time.monotonic()
        while not self._enough.wait(SLICE_S):
            self._send_until(int((time.monotonic() - begun) * self._mix.rate))
            self._client.poll(0)
        self._send_until(self._number, last=True)
        self._client.flush(120)

    def _send_until(self, number: int, *, last: bool = False) -> None:
        for event in self._load.next(number - self._number, _now()):
            self._number += 1
            self._send(event.touchpoint.id, event.touchpoint.customer, event.value)
            if self._rng.random() < self._mix.broken:
                self._send_broken()
        while self._again and (last or self._again[0][0] <= self._number):
            self._again.popleft()[1]()

    def _send(self, id: str, customer: str, value: bytes) -> None:
        topic = DIRECT if self._rng.random() < self._mix.direct else FRONT

        def send() -> None:
            self._produce(topic, customer, value)
            self.manifest.sent(id, customer, topic)

        send()
        if self._rng.random() < self._mix.twice:
            self._again.append((self._number + 20, send))

    def _send_broken(self) -> None:
        direct = self._rng.random() < self._mix.direct
        topic = DIRECT if direct else FRONT
        value = broken_line(self._rng, self._number, direct=direct)
        self._produce(topic, "c0001", value)
        self.manifest.broke(topic, value)

    def _produce(self, topic: str, key: str, value: bytes) -> None:
        self._produced += 1
        self._client.produce(topic, value, key, on_delivery=self._delivered)

    def _delivered(self, error: KafkaError | None, message: Message) -> None:
        """The log has it only where it has an offset there."""
        if error is not None:
            self._failed.append(str(error))
        elif (message.offset() or 0) >= 0:
            self._acknowledged += 1


def _now() -> int:
    return time.time_ns() // 1_000_000
