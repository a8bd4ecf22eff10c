"""From an event to the decision it caused, live: a subscriber's clock, minus the clock of whoever sent the event."""

from __future__ import annotations

import statistics
import threading
import time
from dataclasses import dataclass

import orjson
from confluent_kafka import OFFSET_END, Consumer, TopicPartition

from agents.journey.outputs import LOGGED_AT
from tests.bench.broker import PARTITIONS, SOURCE, Broker, bulk_producer
from tests.bench.events import Events
from tests.bench.jobs import calm_down

DECISIONS = "journey.decisions.v1"
SLICE_S = 0.01
SETTLE_S = 3.0  # of the first decisions, not counted: the worker's caches are cold


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds over so many decisions; `log_p99_ms` counts from the log's time of the event, `sent_per_s` is what was reached."""

    decisions: int
    p50_ms: float
    p99_ms: float
    log_p99_ms: float
    sent_per_s: int


def measure(broker: Broker, rate: int, seconds: float, customers: int) -> Latency:
    """Sends `rate` events a second for so long, and listens. Raises RuntimeError where hardly any decision comes."""
    listener = Listener(broker.bootstrap)
    sent, per_s = _send(broker, rate, seconds, customers)
    calm_down(broker)  # on a busy machine the worker is behind; its decisions are still to come
    rows = listener.close()
    begin = min(sent.values()) + SETTLE_S * 1000
    live = [(seen - sent[cause], seen - logged) for cause, seen, logged in rows if cause in sent and sent[cause] >= begin]
    if len(live) < 100:
        raise RuntimeError(f"{len(live)} decisions are too few to say anything; the load made {len(rows)}")
    waits = statistics.quantiles([wait for wait, _ in live], n=100)
    logs = statistics.quantiles([wait for _, wait in live], n=100)
    return Latency(len(live), round(waits[49], 1), round(waits[98], 1), round(logs[98], 1), per_s)


def _send(broker: Broker, rate: int, seconds: float, customers: int) -> tuple[dict[str, float], int]:
    """When each event was sent (ms UTC), by its id, and how many a second that were."""
    events, client, sent = Events(customers, seed=2), bulk_producer(broker.bootstrap, linger_ms=5), dict[str, float]()
    begun, pause = time.monotonic(), threading.Event()
    while (elapsed := time.monotonic() - begun) < seconds:
        for number in range(len(sent), int(elapsed * rate)):
            now = time.time_ns() / 1e6
            key, value = events.one(f"live{number}", int(now))
            client.produce(SOURCE, value, key)
            sent[f"live{number}"] = now
        client.poll(0)
        pause.wait(SLICE_S)
    client.flush(30)
    return sent, round(len(sent) / (time.monotonic() - begun))


class Listener:
    """A subscriber of decisions that reads only what is committed, and notes when each came."""

    def __init__(self, bootstrap: str) -> None:
        settings = {"bootstrap.servers": bootstrap, "group.id": "bench-listener", "isolation.level": "read_committed", "log_level": 2}
        self._consumer = Consumer({**settings, "enable.auto.commit": False, "fetch.wait.max.ms": 10})
        self._consumer.assign([TopicPartition(DECISIONS, number, OFFSET_END) for number in range(PARTITIONS)])
        self._rows: list[tuple[str, float, float]] = []  # cause, when it came, when its cause was logged (ms UTC)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="listener", daemon=True)
        self._thread.start()

    def close(self) -> list[tuple[str, float, float]]:
        """All that came, once nothing has come for a second."""
        self._stopping.set()
        self._thread.join(60)
        self._consumer.close()
        return self._rows

    def _listen(self) -> None:
        while True:
            message = self._consumer.poll(1.0)
            if message is None and self._stopping.is_set():
                return
            if message is not None and message.error() is None:
                headers = dict(message.headers() or ())
                cause = orjson.loads(message.value() or b"")["caused_by"]
                self._rows.append((cause, time.time_ns() / 1e6, float(headers[LOGGED_AT] or b"0")))
