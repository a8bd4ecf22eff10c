"""The four axes. Each is measured in laps, in turns over its sizes, and the fastest lap of each size counts."""

from __future__ import annotations

import math
import resource
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import count

from streams.detectors import Detector
from streams.detectors.registry import registry
from streams.rules import Rules
from tests.bench.scale import lives
from tests.bench.scale.course import Course, Point
from tests.bench.scale.worker import Worker, raced
from tests.bench.steps import COMMIT

ROWS, BYTES = "rows written, an event", "bytes of a state"


@dataclass(frozen=True, slots=True)
class Sizes:
    """What is measured, and for how long."""

    customers: tuple[int, ...] = (1_000, 3_000, 10_000, 100_000, 1_000_000)
    touchpoints: tuple[int, ...] = (10, 100, 1_000, 10_000, 100_000, 1_000_000)
    detectors: tuple[int, ...] = (10, 20, 40, 60, len(registry()))
    partitions: tuple[int, ...] = (1, 2, 4, 8, 16, 32, 64)
    crowd: int = 20_000  # customers where they are not the axis
    commit: int = COMMIT  # events
    commits: int = 3  # of one lap
    laps: int = 7
    block: int = 2_500  # touchpoints of the same block for every age
    turns: int = 15


QUICK = Sizes(
    (100, 1_000, 10_000), (10, 100, 1_000), (10, len(registry())), (1, 8), crowd=1_000, commit=500, commits=2, laps=2, block=500, turns=2
)


def measured(sizes: Sizes, say: Callable[[str], None], names: Iterable[str] = ()) -> Iterator[Course]:
    """Measure the axes of these names one after the other. Without names, measure all."""
    for name in names or AXES:
        yield AXES[name](sizes, say)


def customers(sizes: Sizes, say: Callable[[str], None]) -> Course:
    """The cost against the customers of a worker."""
    workers = ((each, Worker(each, commit=sizes.commit)) for each in sizes.customers)
    points = _points(workers, sizes, say, "customers")
    say(f"the process took {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2:.1f} GB at most")
    return Course("customers", "Customers of a worker", "customers", ROWS, CUSTOMERS, points)


def touchpoints(sizes: Sizes, say: Callable[[str], None]) -> Course:
    """The cost against the touchpoints that a customer has lived through."""
    points = tuple(lives.measured(sizes.touchpoints, sizes.block, sizes.turns, say))
    return Course("touchpoints", "Touchpoints of a customer", "touchpoints", BYTES, TOUCHPOINTS, points)


def detectors(sizes: Sizes, say: Callable[[str], None]) -> Course:
    """The cost against the detectors that the rules hold."""
    workers = ((each, Worker(sizes.crowd, rules=Rules(detectors=chosen(each)), commit=sizes.commit)) for each in sizes.detectors)
    points = _points(workers, sizes, say, "detectors", Worker.state_bytes)
    return Course("detectors", "Detectors", "detectors", BYTES, DETECTORS, points)


def partitions(sizes: Sizes, say: Callable[[str], None]) -> Course:
    """The cost against the partitions of one worker, over which the same customers are spread."""
    workers = ((each, Worker(sizes.crowd, each, commit=sizes.commit)) for each in sizes.partitions)
    return Course("partitions", "Partitions of a worker", "partitions", ROWS, PARTITIONS, _points(workers, sizes, say, "partitions"))


def chosen(many: int) -> tuple[Detector, ...]:
    """Return so many detectors, spread evenly over the registry and in its order. A larger choice holds every smaller one.

    >>> len(chosen(10)), all(each in chosen(40) for each in chosen(10))
    (10, True)
    """
    all_of = registry()
    step = next(n for n in count(round(0.618 * len(all_of))) if math.gcd(n, len(all_of)) == 1)  # the golden section spreads best
    return tuple(all_of[place] for place in sorted(number * step % len(all_of) for number in range(many)))


def _points(
    made: Iterable[tuple[int, Worker]],
    sizes: Sizes,
    say: Callable[[str], None],
    unit: str,
    beside: Callable[[Worker], float] = Worker.rows,
) -> tuple[Point, ...]:
    workers = dict[int, Worker]()
    for size, worker in made:
        workers[size] = worker
        say(f"filled: {size:,} {unit}")
    raced(list(workers.values()), sizes.commits, sizes.laps)
    return tuple(worker.point(size, beside) for size, worker in workers.items())


AXES = {each.__name__: each for each in (customers, touchpoints, detectors, partitions)}
CUSTOMERS = (
    "Every customer begins with about 30 touchpoints, and the busiest have most of the events. The more customers there are, the more "
    "different ones come in one commit. Each of these is decoded and encoded once a commit: the rows show it. That runs in C, as well as "
    "waiting for memory that is in no cache, so microseconds rise and bytecodes hardly do."
)
TOUCHPOINTS = (
    "A customer's decision alone, without reading the record and writing the state. All ages live through the same touchpoints of all "
    "kinds, which are dearer than a day's mix. A journey grows until its memory of each thing is full. From then on its cost must be flat."
)
DETECTORS = (
    "A choice spread evenly over all detectors; a larger choice holds every smaller one. A detector costs something for those kinds alone "
    "that it reads. A state holds what some detector reads, so with fewer detectors it is smaller."
)
PARTITIONS = (
    "The same customers and events, spread over more partitions of one worker. With every commit each partition writes its own aggregates "
    "and its own record: the rows show it."
)
