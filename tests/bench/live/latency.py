"""From an event to the decision it caused, live: a subscriber's clock, minus the clock of whoever sent the event. At several rates.

How much of the wait was for the commit comes from the worker itself (`live.stages`): it notes when it had applied an event, and when the
broker had committed it. The time between the two is the commit's; what is before it is sending, fetching and waiting for the processor,
what is after it is the subscriber's fetch. The share is the sum of the first over the sum of all waits.

`python -m tests.bench.live.latency --rate 1000 --rate 50% --seconds 15` measures this alone, after a backlog of its own, and samples it
over that backlog. Never with real-time priority: librdkafka's threads then keep the processor while they wait, and the broker gets none.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import orjson
from confluent_kafka import OFFSET_END, Consumer, KafkaError, Message, TopicPartition
from rich.console import Console

from agents.journey.outputs import LOGGED_AT
from tests.bench.drains import jobs
from tests.bench.drains.broker import PARTITIONS, SOURCE, Broker, bulk_producer
from tests.bench.events import Events
from tests.bench.live import sampled
from tests.bench.live.rates import RATES, Latency, asked, table
from tests.bench.live.stages import Stages

DECISIONS = "journey.decisions.v1"
SLICE_S = 0.01
SETTLE_S = 3.0  # of the first decisions, not counted: the worker's caches are cold


@dataclass(slots=True)
class Sent:
    """When each event was sent (ms UTC) and where the log has it, by its id; and how many a second were sent."""

    at: dict[str, float]
    place: dict[str, tuple[int, int]]
    per_s: int = 0

    def note(self, name: str, error: KafkaError | None, message: Message) -> None:
        """The broker has this event."""
        if error is None:
            self.place[name] = (message.partition() or 0, message.offset() or 0)


def measure(broker: Broker, rate: str, per_s: int, seconds: float, customers: int) -> Latency:
    """Sends so many events a second for so long, and listens. Raises RuntimeError where hardly any decision comes."""
    listener = Listener(broker.bootstrap)
    sent = _send(broker, per_s, seconds + SETTLE_S, customers)
    jobs.calm_down(broker)  # on a busy machine the worker is behind; its decisions are still to come
    rows = listener.close()
    stages = Stages.read(jobs.stages_file(broker))
    begin = min(sent.at.values()) + SETTLE_S * 1000
    live = [(cause, seen, logged) for cause, seen, logged in rows if sent.at.get(cause, 0.0) >= begin]
    if len(live) < 100:
        raise RuntimeError(f"{len(live)} decisions are too few to say anything; the load made {len(rows)}")
    waits = [seen - sent.at[cause] for cause, seen, _ in live]
    placed = [(sent.at[cause], stages.of(*sent.place[cause]), seen) for cause, seen, _ in live if cause in sent.place]
    known = [(at, stage, seen) for at, stage, seen in placed if stage is not None]
    return Latency.of(rate, per_s, sent.per_s, waits, [seen - logged for _, seen, logged in live], known)


def measured(
    broker: Broker, whole: float, seconds: float, customers: int, rates: Sequence[str], say: Callable[[str], None]
) -> list[Latency]:
    """The latency at each of these rates, one after the other; `whole` is the job's own rate, for those that are a part of it."""
    found = []
    for rate in rates:
        found.append(measure(broker, rate, asked(rate, whole), seconds, customers))
        say(f"live, {found[-1].in_words()}")
    return found


def _send(broker: Broker, rate: int, seconds: float, customers: int) -> Sent:
    began = time.time_ns()
    prefix = (
        f"live{began}-"  # the worker passes by an id that it has seen; and other customers come each time, as caps hold for those before
    )
    events, client, sent = Events(customers, seed=began), bulk_producer(broker.bootstrap, linger_ms=5), Sent({}, {})
    begun, pause = time.monotonic(), threading.Event()
    while (elapsed := time.monotonic() - begun) < seconds:
        for number in range(len(sent.at), int(elapsed * rate)):
            now, name = time.time_ns() / 1e6, f"{prefix}{number}"
            key, value = events.one(name, int(now))
            client.produce(SOURCE, value, key, on_delivery=partial(sent.note, name))
            sent.at[name] = now
        client.poll(0)
        pause.wait(SLICE_S)
    client.flush(30)
    sent.per_s = round(len(sent.at) / (time.monotonic() - begun))
    return sent


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


def main() -> None:
    """The latency alone."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.live.latency", description=__doc__.split("\n\n", maxsplit=1)[0])
    words = f"events a second, or a part of the job's own rate, as 50%; may be repeated (default {' '.join(RATES)})"
    parser.add_argument("--rate", action="append", help=words.replace("%", "%%"))
    parser.add_argument("--seconds", type=float, default=15.0, help="how long each rate is measured after it has settled (default 15)")
    parser.add_argument("--events", type=int, default=150_000, help="the backlog before, which gives the job's own rate (default 150,000)")
    parser.add_argument("--customers", type=int, default=20_000, help="how many customers the events are of (default 20,000)")
    given = parser.parse_args()
    console = Console(highlight=False, soft_wrap=True)
    with tempfile.TemporaryDirectory(prefix="sojourn-bench-") as folder, Broker(Path(folder)) as broker:
        broker.fill(given.events, given.customers)
        with jobs.journey_worker(broker, given.events) as worker:
            whole = jobs.drained(broker, worker, given.events)
            console.print(f"the whole job's own rate: {whole.rate:,.0f} events/s, {whole.cpu_us} us an event")
            jobs.calm_down(broker, jobs.HELD_S)
            found = measured(broker, whole.rate, given.seconds, given.customers, given.rate or RATES, console.print)
            profile = sampled.read(jobs.profile_file(broker))
    console.print(table(found))
    console.print(sampled.table(profile))


if __name__ == "__main__":
    main()
