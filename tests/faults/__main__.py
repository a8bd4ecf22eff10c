"""`python -m tests.faults` (`make test-faults`): every scenario, as often as its races are rare.

Ctrl-C stops it; started again, it goes on where it was. A failed run keeps its logs, records and manifest, and says how to repeat it.
"""

from __future__ import annotations

import argparse
import sys
import threading
from pathlib import Path

from rich.console import Console

from tests.faults.results import Results
from tests.faults.run import Outcome
from tests.faults.scenarios import BY_NAME, SCENARIOS
from tests.faults.suite import play
from tests.faults.verdict import FIGURES

HOME = Path(".sojourn") / "faults"
WIDTH = 170  # of the table, also where it goes to a file


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__.splitlines()[0])
    parser.add_argument("--only", action="append", choices=sorted(BY_NAME), help="this scenario alone; may be given again")
    parser.add_argument("--times", type=int, help="repeat each so often, in place of its own number")
    parser.add_argument("--seed", type=int, help="play this seed of the scenarios given, recorded or not")
    parser.add_argument("--fresh", action="store_true", help="forget the runs that are finished")
    parser.add_argument("--lanes", type=int, default=2, help="runs at a time")
    parser.add_argument("--quiet", action="store_true", help="no word of single steps")
    return parser.parse_args()


def main() -> int:
    """Returns 0 when every run was exact, 1 when one was not, 130 when it was stopped."""
    given, console = _arguments(), Console(soft_wrap=True, highlight=False)
    console.width = max(console.width, WIDTH)
    scenarios = [each for each in SCENARIOS if not given.only or each.name in given.only]
    results = Results(HOME / "runs.jsonl")
    if given.fresh:
        results.forget(scenarios)
    coming = [(each, given.seed) for each in scenarios] if given.seed is not None else results.missing(scenarios, given.times)
    finished = sum(len(results.of(each)) for each in scenarios)
    console.print(f"{len(coming)} runs to come, {finished} finished before; {given.lanes} at a time")
    left = iter(range(len(coming) - 1, -1, -1))

    def done(outcome: Outcome) -> None:
        results.add(outcome)
        report(outcome, next(left), console)

    try:
        play(coming, HOME, given.lanes, done, lambda text: None if given.quiet else console.print(text, markup=False), threading.Event())
    except KeyboardInterrupt:
        console.print("stopped; started again, it goes on with the runs that are missing")
        return 130
    finally:
        console.print(results.table(scenarios))
    return 0 if all(line["good"] for each in scenarios for line in results.of(each)) else 1


def report(outcome: Outcome, left: int, console: Console) -> None:
    """One line on a finished run; what was wrong, and how to repeat it."""
    name, verdict = f"{outcome.scenario}-{outcome.seed}", outcome.verdict
    figures = ", ".join(f"{figure} {getattr(verdict, figure)}" for figure in FIGURES)
    word = "[green]exact[/]" if outcome.good else "[red]WRONG[/]"
    console.print(
        f"{name:26} {word} in {outcome.seconds:.0f} s: sent {verdict.sent}, {figures}; slowest event {outcome.slowest_s} s; {left} left"
    )
    silent = ", ".join(f"{seconds:.1f}" for seconds in outcome.silent_s)
    console.print(f"    journey: 99 of 100 events within {outcome.p99_s:.2f} s; longest wait by partition {silent} s")
    if not outcome.good:
        for line in (*outcome.problems, *verdict.notes):
            console.print(f"    {line}", markup=False)
        console.print(f"    kept in {HOME / name}; repeat: python -m tests.faults --only {outcome.scenario} --seed {outcome.seed}")


if __name__ == "__main__":
    sys.exit(main())
