"""A worker's own code without a broker: partitions of one job that are full of journeys, and the events of the benchmark for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import fmean
from time import process_time
from typing import Any

from agents.carrier.partition import OwnedPartition
from agents.carrier.record import FetchedRecord
from agents.kafka.partitioning import partition_of
from schemas.topics import TOUCHPOINTS
from streams.rules import Rules
from tests.bench import steps
from tests.bench.events import Events
from tests.bench.scale.counting import bytecodes
from tests.bench.scale.course import Point

LIVED, EACH = 300, 30  # so many customers live through about so many touchpoints; all others are copies of them
START, APART = 1_767_600_000_000, 20  # ms UTC of the first event, ms between two
Fetched = list[list[FetchedRecord]]  # the records of one commit, by partition


class Worker:
    """Every customer has a journey of about 30 touchpoints, as bytes, as after a start. Then events come, and commits are taken.

    `commit` is how many events a commit takes, over all partitions. The busiest customers have most of the events (`Events`).
    """

    def __init__(self, customers: int, partitions: int = 1, rules: Rules | None = None, commit: int = steps.COMMIT) -> None:
        rules = rules or Rules()
        self.commit, job = commit, steps.new_job(rules, partitions)
        self._where: dict[bytes, int] = {}
        self._stream, self._offsets, self._laps, self.written = Events(customers), [0] * partitions, list[float](), 0
        self._number = LIVED * EACH
        states = self._states(customers, rules)
        self.partitions: list[OwnedPartition[Any]] = [steps.new_partition(job, number, held) for number, held in enumerate(states)]

    def _states(self, customers: int, rules: Rules) -> list[dict[bytes, bytes]]:
        """Return the states of every partition. Each is a copy of its own, so that memory and caches are used as by real ones."""
        pool = _lived(rules)
        states: list[dict[bytes, bytes]] = [{} for _ in self._offsets]
        for number in range(customers):
            key = b"c%05d" % number
            states[self._partition(key)][key] = bytes(bytearray(pool[number % len(pool)]))
        return states

    def _partition(self, key: bytes) -> int:
        if len(self._offsets) == 1:
            return 0
        if (found := self._where.get(key)) is None:
            found = self._where[key] = partition_of(key, len(self._offsets))
        return found

    def fetched(self) -> Fetched:
        """Return the records of the next commit."""
        made: Fetched = [[] for _ in self._offsets]
        for number in range(self._number, self._number + self.commit):
            at = START + APART * number
            key, value = self._stream.one(f"e{number}", at)
            which = self._partition(key)
            made[which].append(FetchedRecord(TOUCHPOINTS, which, self._offsets[which], at, key, value, ()))
            self._offsets[which] += 1
        self._number += self.commit
        return made

    def apply(self, fetched: Fetched) -> None:
        """Apply the records of one commit, then take it from each partition."""
        for partition, records in zip(self.partitions, fetched, strict=True):
            partition.apply(records, keyed=True)
        for partition in self.partitions:
            self.written += len(partition.take()[0])

    def lap(self, commits: int) -> None:
        """Measure so many commits."""
        made = [self.fetched() for _ in range(commits)]
        with steps.collector_of_the_worker():
            began = process_time()
            for each in made:
                self.apply(each)
            self._laps.append((process_time() - began) / (commits * self.commit) * 1e6)

    def point(self, size: int, beside: Callable[[Worker], float]) -> Point:
        """Return the fastest lap, the bytecodes of one more commit, and what stands beside them."""
        made, self.written = self.fetched(), 0
        counted = bytecodes(lambda: self.apply(made))
        return Point(size, round(min(self._laps), 2), round(counted / self.commit, 1), round(beside(self), 3))

    def rows(self) -> float:
        """Return how many rows the counted commit has written, of one event: states, aggregates and one record of each partition."""
        return self.written / self.commit

    def state_bytes(self) -> float:
        """Return the bytes of a state, on average."""
        return fmean(len(state) for partition in self.partitions for state in partition.states.values())


def raced(workers: Sequence[Worker], commits: int, laps: int) -> None:
    """Warm every worker up, then measure all of them in laps, in turns."""
    for each in workers:
        for _ in range(commits):
            each.apply(each.fetched())
    for _ in range(laps):
        for each in workers:
            each.lap(commits)


def _lived(rules: Rules) -> list[bytes]:
    """Return the states of a few customers who lived through about as many touchpoints each."""
    partition, stream = steps.new_partition(steps.new_job(rules)), Events(LIVED, skew=0.0)
    for first in range(0, LIVED * EACH, steps.COMMIT):
        numbers = range(first, min(first + steps.COMMIT, LIVED * EACH))
        times = [(number, START + APART * number) for number in numbers]
        steps.ran(partition, [FetchedRecord(TOUCHPOINTS, 0, n, at, *stream.one(f"e{n}", at), ()) for n, at in times])
    return [state for _, state in sorted(partition.states.items())]
