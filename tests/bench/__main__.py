"""`python -m tests.bench` (`make bench`): stock Faust, our bare job, our whole job and a plain librdkafka loop, on one filled topic; the
latency from an event to its decision, live; what a touchpoint costs an old journey; what scoring adds; where the time goes; how long a
start takes.

Exits 1 when a promised figure is missed, and names it."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import orjson
from rich.console import Console

from tests.bench import start
from tests.bench.core import age, costs, scoring
from tests.bench.drains import jobs
from tests.bench.drains.broker import Broker
from tests.bench.edges import serving
from tests.bench.edges.figures import measured_edges
from tests.bench.live import latency, sampled
from tests.bench.live.rates import RATES, table
from tests.bench.report import Figures

WIDTH = 100  # of the table, also where it goes to a file


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured."""

    events: int = 600_000
    stock_events: int = 40_000
    customers: int = 20_000
    runs: int = 3
    live_rates: tuple[str, ...] = RATES
    live_s: float = 15.0
    one_life: int = 1_000_000  # touchpoints of one customer
    lap: int = 60_000  # events of one lap of the core
    scored: int = 480_000  # sixty events a customer, of 8,000


QUICK = Sizes(
    events=60_000,
    stock_events=3_000,
    customers=2_000,
    runs=1,
    live_rates=("1000",),
    live_s=11.0,
    one_life=12_000,
    lap=3_000,
    scored=60_000,
)


def run(sizes: Sizes, folder: Path, say: Callable[[str], None]) -> Figures:
    """One broker, one topic, every job in turn."""
    with Broker(folder) as broker:
        figures = Figures(sizes.events, broker.fill(sizes.events, sizes.customers))
        say(f"filled with {sizes.events:,} events of {figures.event_bytes} bytes")
        for name, total, runs in (
            ("plain", sizes.events, sizes.runs),
            ("bare", sizes.events, sizes.runs),
            ("stock", sizes.stock_events, 1),
        ):
            found, rates = jobs.median(runs, lambda n: jobs.speed(broker, name, total, f"{name}-{n}"))  # noqa: B023  # called at once
            figures.note(name, found, rates)
            say(f"{name}: {', '.join(f'{each:,.0f}' for each in rates)} events/s, {found.cpu_us} us of processor time an event")
        with jobs.journey_worker(broker, sizes.events) as worker:
            found = jobs.drained(broker, worker, sizes.events)
            figures.note("whole", found, [found.rate])
            made_per_s = found.rate * serving.made(broker) / sizes.events
            say(f"whole: {found.rate:,.0f} events/s, {found.cpu_us} us an event; now live")
            jobs.calm_down(broker, jobs.HELD_S)
            figures.latency = latency.measured(broker, found.rate, sizes.live_s, sizes.customers, sizes.live_rates, say)
            figures.real = sampled.read(jobs.profile_file(broker))
        served = serving.measured(broker, made_per_s)
    say(f"the broker is gone; now one customer's {sizes.one_life:,} touchpoints, and the core")
    figures.start = start.measured(folder / "start", sizes.runs)
    figures.edges = measured_edges(5 * sizes.runs, served)
    figures.age = age.measured(sizes.one_life)
    figures.scoring = scoring.measured(sizes.scored, sizes.scored // 60)
    figures.core = costs.measured(sizes.lap)
    return figures


def main() -> int:
    """Returns 0 when every bound is kept, 1 otherwise; `--quick` is too small to judge and always returns 0."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--json", action="store_true", help="print the figures as one JSON document")
    parser.add_argument("--quick", action="store_true", help="small sizes: whether it runs, not how fast")
    given = parser.parse_args()
    console = Console(stderr=given.json, soft_wrap=True, highlight=False)
    console.width = max(console.width, WIDTH)
    with tempfile.TemporaryDirectory(prefix="sojourn-bench-") as folder:
        figures = run(QUICK if given.quick else Sizes(), Path(folder), console.print)
    if given.json:
        sys.stdout.write(orjson.dumps(figures.line()).decode() + "\n")
    else:
        words = (figures.age_in_words(), figures.scoring_in_words(), figures.start_in_words(), *figures.edges_in_words())
        core = (figures.core.table(), figures.core.capabilities()) if figures.core else ()
        real = [sampled.table(figures.real)] if figures.real else []
        for each in (figures.table(), table(figures.latency), *words, *core, *real):
            console.print(each)
    missed = [] if given.quick else figures.missed()
    for each in missed:
        console.print(f"[red]missed:[/] {each}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
