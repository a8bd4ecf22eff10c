"""A producer as a company has it. It sends events by key, some of them twice and some of them broken, and writes down what it sent."""

from __future__ import annotations

import random
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from agents.kafka.producer import LogProducer
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


class Producer:
    """Sends a seeded load to both doors, and keeps the manifest."""

    def __init__(self, brokers: str, seed: int, mix: Mix) -> None:
        self.manifest = Manifest()
        self._mix = mix
        self._rng = random.Random(f"producer {seed}")
        self._load = Load(seed, _now(), mix.customers)
        self._again: deque[tuple[int, Callable[[], None]]] = deque()  # what is sent once more, and when
        self._number = 0
        self._failed: Exception | None = None
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._run, name="producer", daemon=True)
        # Nothing is sent again: a second copy would be counted as one too many. A run whose events did not all arrive says nothing.
        self._producer = LogProducer({"bootstrap.servers": brokers, "linger.ms": 5, "message.timeout.ms": 600_000}, resend=False)

    def start(self) -> None:
        """Sends in a thread of its own until `finish`."""
        self._thread.start()

    def finish(self, seconds: float = 150.0) -> None:
        """Send no more, and return once the broker has all of it. Raises what kept it from that, or TimeoutError after `seconds`."""
        self._enough.set()
        self._thread.join(seconds)
        if self._failed is not None:
            raise self._failed
        if self._thread.is_alive():
            raise TimeoutError(f"the load was not delivered within {seconds:.0f} s")

    def _run(self) -> None:
        try:
            begun = time.monotonic()
            while not self._enough.wait(SLICE_S):
                self._send_until(int((time.monotonic() - begun) * self._mix.rate))
                self._producer.poll()
            self._send_until(self._number, last=True)
            self._producer.flush(120)
        except Exception as error:  # raised again by `finish`, in the thread that asks
            self._failed = error

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
            self._producer.send(topic, customer, value)
            self.manifest.sent(id, customer, topic)

        send()
        if self._rng.random() < self._mix.twice:
            self._again.append((self._number + 20, send))

    def _send_broken(self) -> None:
        direct = self._rng.random() < self._mix.direct
        topic = DIRECT if direct else FRONT
        value = broken_line(self._rng, self._number, direct=direct)
        self._producer.send(topic, "c0001", value)
        self.manifest.broke(topic, value)


def _now() -> int:
    return time.time_ns() // 1_000_000
