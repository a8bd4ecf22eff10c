"""`python -m tests.bench.drains.hostile` sends hostile records of all kinds to both doors at full speed, and says what became of each.

It first measures how fast ingest and journey work off clean events, and the same events with one record in a hundred spoilt, in turns. Then
come the hostile records, packed with each codec, and in each partition a record whose header's name is no text and a batch that unpacks to
70 MiB. Exits 1 if a worker ended, if a record is not accounted for, or if one in a hundred costs more than a fifth of the throughput.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from confluent_kafka import Producer
from rich.console import Console

from tests.agents.carrier import poison
from tests.bench.drains.broker import PARTITIONS, Broker, bulk_producer
from tests.bench.drains.pair import Worker, count, until, workers
from tests.bench.events import Events
from tests.schemas.hostile import messages

FRONT, DIRECT, REJECTIONS = "interactions.v1", "journey.touchpoints.v1", "journey.rejections.v1"
CODECS = ("none", "gzip", "snappy", "lz4", "zstd")
LEAST_SHARE = 0.8
QUIET_S = 2.0
LARGEST = 900_000  # bytes
Message = tuple[bytes, bytes | None, list[tuple[str, str | bytes | None]]]  # key, value, headers


def settled(both: list[Worker], front: int) -> float:
    """Wait until ingest has worked off so many records and the journey all of its topic. Return when (monotonic) that was done."""
    ingest, journey = both
    last, at = -1, 0.0

    def quiet() -> bool:
        nonlocal last, at
        if (now := journey.total("journey_events_total")) != last:
            last, at = now, time.monotonic()
        done = ingest.total("journey_events_total") >= front and not journey.total("journey_consumer_lag")
        return done and time.monotonic() - at > QUIET_S

    until(quiet, both, "not all was worked off")
    return at


def send(producers: list[Producer], topic: str, sent: Iterable[Message]) -> int:
    """Send all of it, the producers in turn. Return how many records the broker took. Raises RuntimeError where it took fewer."""
    taken: list[int] = []
    number = 0
    for number, (key, value, headers) in enumerate(sent, 1):
        producer = producers[number % len(producers)]
        while True:
            try:
                producer.produce(topic, value, key, headers=headers, on_delivery=lambda error, told: taken.append(0 if error else 1))
                break
            except BufferError:
                producer.poll(0.05)
        producer.poll(0)
    for producer in producers:
        producer.flush(120)
    if sum(taken) != number:
        raise RuntimeError(f"the broker took {sum(taken)} of {number} records")
    return number


def clean(number: int, lap: int) -> Iterator[Message]:
    """Yield so many ordinary events of the last hour."""
    events, begin = Events(2_000), time.time_ns() // 1_000_000 - 3_600_000
    for each in range(number):
        key, value = events.one(f"l{lap}-{each}", begin + 3_600_000 * each // number)
        yield key, value, []


def hostile(number: int, seed: int) -> Iterator[Message]:
    """Yield so many spoilt records, under keys that customers have."""
    chance = random.Random(seed)
    for value, headers in messages(seed, number):
        taken = value if value is None else value[:LARGEST]  # the broker would take no more
        yield b"c%05d" % chance.randrange(2_000), taken, list(headers)


def mixed(number: int, lap: int) -> Iterator[Message]:
    """Yield ordinary events, each hundredth of them in a spoilt form."""
    spoilt = hostile(number // 100 + 1, 1_000 + lap)
    for each, event in enumerate(clean(number, lap)):
        yield next(spoilt) if each % 100 == 0 else event


class Trial:
    """A broker, both workers, and what was sent to the front door so far."""

    def __init__(self, broker: Broker, both: list[Worker]) -> None:
        self.broker, self.both, self.front = broker, both, 0
        self.plain = [bulk_producer(broker.bootstrap)]
        settings = {"bootstrap.servers": broker.bootstrap, "partitioner": "murmur2_random", "linger.ms": 20, "message.max.bytes": 1_000_000}
        self.packing = [Producer({**settings, "compression.type": codec, "log_level": 2}) for codec in CODECS]

    def rate(self, sent: Iterable[Message]) -> float:
        """Return how many events a second both workers work off, sent to the front door."""
        begun = time.monotonic()
        number = send(self.plain, FRONT, sent)
        self.front += number
        return number / (settled(self.both, self.front) - begun)

    def attack(self, number: int) -> float:
        """Send so many hostile records, and poison into each partition of both doors. Return the seconds until all is worked off."""
        begun = time.monotonic()
        self.front += send(self.packing, FRONT, hostile(number // 2, 1))
        send(self.packing, DIRECT, hostile(number - number // 2, 2))
        for topic in (FRONT, DIRECT):
            for partition in range(PARTITIONS):
                poison.header_name(self.broker.bootstrap, topic, partition)
                poison.bomb(self.broker.bootstrap, topic, partition)
        self.front += 2 * PARTITIONS
        return settled(self.both, self.front) - begun

    def unaccounted(self, say: Console) -> int:
        """Print what became of the records, by role and outcome. Return how many are not accounted for."""
        wrong = 0
        received = {"ingest": self.front, "journey": count(self.broker, DIRECT)}
        rejected = 0
        for each in self.both:
            outcomes = each.outcomes()
            say.print(f"{each.role}: {received[each.role]:,} records = " + " + ".join(f"{name} {n:,}" for name, n in outcomes.items()))
            wrong += abs(received[each.role] - sum(outcomes.values()))
            rejected += outcomes.get("rejected", 0)
            say.print(f"{each.role}: failures of our own {each.total('journey_own_failures_total')}")
        on_topic, in_part = count(self.broker, REJECTIONS), count(self.broker, REJECTIONS, b'"in_part":true')
        say.print(f"rejections: {on_topic:,} on the topic, {in_part} of them in part; {rejected:,} records rejected")
        return wrong + abs(on_topic - in_part - rejected)


def main() -> int:
    """Return 0 if all held, 1 if not."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.drains.hostile", description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--records", type=int, default=200_000, help="hostile records (default 200,000)")
    parser.add_argument("--events", type=int, default=120_000, help="events of one lap of the comparison (default 120,000)")
    parser.add_argument("--laps", type=int, default=3, help="laps of each kind (default 3)")
    given, say = parser.parse_args(), Console(highlight=False, soft_wrap=True)
    with tempfile.TemporaryDirectory() as folder, Broker(Path(folder)) as broker, workers(broker) as both:
        trial = Trial(broker, both)
        trial.rate(clean(given.events // 10, 0))  # nobody measures a start
        rates: dict[str, list[float]] = {"clean": [], "1 % spoilt": []}
        for lap in range(1, given.laps + 1):
            rates["clean"].append(trial.rate(clean(given.events, 2 * lap)))
            rates["1 % spoilt"].append(trial.rate(mixed(given.events, 2 * lap + 1)))
            say.print(f"lap {lap}: " + ", ".join(f"{name} {found[-1]:,.0f} events/s" for name, found in rates.items()))
        share = statistics.median(rates["1 % spoilt"]) / statistics.median(rates["clean"])
        say.print(f"1 in 100 spoilt: {share:.2f} of the throughput of clean events (at least {LEAST_SHARE})")
        seconds = trial.attack(given.records)
        say.print(f"{given.records:,} hostile records worked off in {seconds:.0f} s; both workers are up")
        wrong = trial.unaccounted(say)
    say.print(f"not accounted for: {wrong}")
    return int(bool(wrong) or share < LEAST_SHARE)


if __name__ == "__main__":
    sys.exit(main())
