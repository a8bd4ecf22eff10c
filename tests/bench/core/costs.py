"""What an event costs the journey worker's own code, without a broker: `python -m tests.bench.core.costs` prints this part alone.

*Hot*: 300 customers, whose journeys stay in the processor's caches. *Cold*: 20,000, whose journeys do not. Both are run in laps, in turns,
and the fastest lap counts: other programs can only add to a lap. The same is measured beside a process that empties the shared caches, as a
broker does. The bounds are those of the build that runs (`agents/running/build.py`).
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import pstats
import tracemalloc
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from time import process_time
from typing import Any

from rich.console import Console
from rich.table import Table

from agents.carrier.partition import OwnedPartition
from agents.running.build import BUILD
from tests.bench import steps
from tests.bench.core.caches import emptied_caches
from tests.bench.steps import Profile

HOT, COLD = 300, 20_000  # customers
BOUNDS_US = {"pure": {HOT: 28.0, COLD: 42.0}, "compiled": {HOT: 16.0, COLD: 26.0}}[BUILD]
LIVE_BOUND = 5_000  # bytes of memory a typical journey may take
TYPICAL = (0.4, 0.6)  # of all journeys by size: the middle fifth


@dataclass(frozen=True, slots=True)
class Load:
    """One load: microseconds of processor time, calls and bytes of state, all of one event."""

    customers: int
    us: float
    beside_us: float  # the same, beside a process that empties the shared caches
    python_calls: float
    c_calls: float
    decoded: float
    encoded: float


@dataclass(frozen=True, slots=True)
class Core:
    """Both loads, the memory that a typical journey takes while it is live, and what each capability costs."""

    loads: tuple[Load, Load]
    live_bytes: int
    profiles: tuple[Profile, Profile]

    def missed(self) -> list[str]:
        """Return the bounds that were not kept."""
        slow = [(each, bound) for each in self.loads if each.us > (bound := BOUNDS_US[each.customers])]
        said = [f"an event of {each.customers:,} customers costs {each.us:.1f} us, at most {bound:.0f}" for each, bound in slow]
        return said + ([f"a live journey takes {self.live_bytes:,} bytes, at most {LIVE_BOUND:,}"] if self.live_bytes > LIVE_BOUND else [])

    def table(self) -> Table:
        """Return the figures of both loads as a table."""
        caption = f"a typical journey takes {self.live_bytes:,} bytes while it is live"
        shown = Table(title=f"the core, {BUILD}: one event, without broker", caption=caption)
        shown.add_column("customers", justify="right")
        for column in ("us", "may cost", "caches emptied, us", "Python calls", "C calls", "bytes decoded", "bytes encoded"):
            shown.add_column(column, justify="right")
        for each in self.loads:
            figures = (each.us, BOUNDS_US[each.customers], each.beside_us, each.python_calls, each.c_calls, each.decoded, each.encoded)
            shown.add_row(f"{each.customers:,}", *(f"{figure:.1f}" for figure in figures))
        return shown

    def capabilities(self) -> Table:
        """Return what each capability costs an event, hot and cold, and what it may cost when hot."""
        hot, cold = self.profiles
        compiled = "; a compiled function counts for the Python function that called it" if BUILD == "compiled" else ""
        caption = f"in all {hot.us:.1f} hot, {cold.us:.1f} cold{compiled}"
        shown = Table(title="what each capability costs an event, sampled, us", caption=caption)
        shown.add_column("capability")
        for column in ("hot", "may cost", "", "cold"):
            shown.add_column(column, justify="right")
        for name, step in steps.STEPS.items():
            costs = hot.steps.get(name, 0.0)
            over = "over" if costs > step.may_us else ""
            shown.add_row(name, f"{costs:.1f}", f"{step.may_us:.1f}", over, f"{cold.steps.get(name, 0.0):.1f}")
        return shown


def measured(events: int = 60_000, laps: int = 5) -> Core:
    """Measure everything. `events` are those of one lap of the cold load; the hot one takes half as many.

    Calls, bytes and memory are looked at before the laps beside a process that empties the caches: journeys grow with every lap.
    """
    runs = [_Run(HOT, events // 2, laps), _Run(COLD, events, laps)]
    alone, counted = _fastest(runs, laps), [run.counted() for run in runs]
    live_bytes = _live_bytes(runs[1].partition)
    with emptied_caches():
        beside = _fastest(runs, laps)
    hot, cold = (Load(run.customers, us, more, *rest) for run, us, more, rest in zip(runs, alone, beside, counted, strict=True))
    return Core((hot, cold), live_bytes, (steps.profiled(2 * events, HOT), steps.profiled(2 * events, COLD)))


def _fastest(runs: Sequence[_Run], laps: int) -> list[float]:
    """Return each load's fastest lap, in microseconds an event. The loads take turns."""
    seen = [[run.lap() for run in runs] for _ in range(laps)]
    return [round(min(each), 2) for each in zip(*seen, strict=True)]


class _Run:
    """One load that is measured in laps. The first lap's worth of events warms it up; one more is counted call by call."""

    def __init__(self, customers: int, events: int, laps: int) -> None:
        self.customers, self.events, self.partition = customers, events, steps.new_partition()
        self._stream = steps.records(events * (2 * laps + 2), customers)
        with steps.collector_of_the_worker():
            steps.ran(self.partition, self._next())

    def _next(self) -> list[Any]:
        return list(islice(self._stream, self.events))

    def lap(self) -> float:
        """Return the microseconds of processor time an event of one lap."""
        made = self._next()
        with steps.collector_of_the_worker():
            began = process_time()
            steps.ran(self.partition, made)
            return (process_time() - began) / self.events * 1e6

    def counted(self) -> list[float]:
        """Return of one more lap, an event: calls of Python functions and of C functions, bytes decoded and encoded."""
        made, job = self._next(), self.partition.job
        counting = self.partition.job = _Counting(job)
        try:
            calls = _calls(self.partition, made)
        finally:
            self.partition.job = job
        return [round(one / self.events, 1) for one in (*calls, counting.decoded, counting.encoded)]


class _Counting:
    """A job that counts the bytes of the states that it reads and writes. A method of the compiled job cannot be replaced."""

    def __init__(self, job: Any) -> None:
        self._job, self.decoded, self.encoded = job, 0, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._job, name)

    def encode(self, state: Any) -> bytes:
        """Return the state as bytes."""
        value: bytes = self._job.encode(state)
        self.encoded += len(value)
        return value

    def decode(self, key: bytes, value: bytes) -> Any:
        """Return the state in these bytes."""
        self.decoded += len(value)
        return self._job.decode(key, value)


def _calls(partition: OwnedPartition[Any], made: Sequence[Any]) -> tuple[int, int]:
    """Return how many calls of Python functions and of C functions there were."""
    profile = cProfile.Profile()
    profile.runcall(steps.ran, partition, made)
    stats: dict[Any, Any] = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    in_c = sum(found[0] for place, found in stats.items() if place[0] == "~")
    return sum(found[0] for found in stats.values()) - in_c, in_c


def _live_bytes(partition: OwnedPartition[Any]) -> int:
    """Return the bytes of memory that a journey of the middle sizes takes as an object, on average."""
    job = partition.job
    states = [(key, state if type(state) is bytes else job.encode(state)) for key, state in partition.states.items()]
    states.sort(key=lambda each: (len(each[1]), each[0]))
    states = states[int(TYPICAL[0] * len(states)) : int(TYPICAL[1] * len(states))]
    gc.collect()
    tracemalloc.start()
    live = [job.decode(key, state) for key, state in states]
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return round(held / len(live))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.core.costs", description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--events", type=int, default=60_000, help="events of one lap of the cold load (default 60,000)")
    parser.add_argument("--laps", type=int, default=5, help="laps of each load (default 5)")
    given, console = parser.parse_args(), Console(highlight=False)
    console.width = max(console.width, 100)
    core = measured(given.events, given.laps)
    for each in (core.table(), core.capabilities()):
        console.print(each)


if __name__ == "__main__":
    main()
