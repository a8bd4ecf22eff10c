"""`python -m tests.bench.turns.against REVISION` measures this tree and another revision in turns, and prints the ratio of each row.

Rows: the whole journey job over the benchmark's mix, `decide` for each of its kinds, and the reader for each format's first example. Each
lap measures both trees, the older first in every second lap. So a machine whose speed drifts treats both alike. The times are each
tree's fastest lap: other programs can only add to it. Beside their ratio stand the median ratio of the laps, the smallest and the
largest. Both trees run with this tree's packages. With `--same` it is first checked that both decide alike (`tests.bench.core.digest`).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from schemas.inputs import FORMATS
from tests.bench.steps import ROOT

LAP = Path(__file__).with_name("lap_of_costs.py")
DIGEST = Path(__file__).parents[1] / "core" / "digest.py"
Lap = dict[str, float]


def lap(tree: Path, events: int) -> Lap:
    """Return the microseconds of each row in this tree, measured in a process of its own."""
    records = [(format.name, format.examples[0][1].decode()) for format in FORMATS if not format.examples[0][0]]
    given = json.dumps({"events": events, "records": records})
    ran = subprocess.run(
        [sys.executable, str(LAP), given],
        env={**os.environ, "PYTHONPATH": str(tree)},
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        raise SystemExit(f"the lap in {tree} failed:\n{ran.stderr}")
    found: Lap = json.loads(ran.stdout.splitlines()[-1])
    return found


def digest(tree: Path) -> str:
    """Return what this tree decides on the fixed stream, as hashes."""
    command = [sys.executable, str(DIGEST)]
    return subprocess.run(command, env={**os.environ, "PYTHONPATH": str(tree)}, cwd=tree, capture_output=True, text=True, check=True).stdout


def table(old: list[Lap], new: list[Lap]) -> Table:
    """Return the rows that both trees have: microseconds an event in both, their difference and their ratio."""
    shown = Table("row", "before, us", "now, us", "difference", "ratio", "median", "smallest", "largest", box=None)
    for name in [each for each in new[0] if each in old[0]]:
        before, now = min(one[name] for one in old), min(one[name] for one in new)
        ratios = sorted(after[name] / first[name] for first, after in zip(old, new, strict=True))
        figures = (before, now, now - before, now / before, median(ratios), ratios[0], ratios[-1])
        shown.add_row(name, *(f"{figure:.2f}" for figure in figures))
    return shown


def main() -> None:
    """Measure both trees, lap by lap, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.turns.against", description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("revision", help="what to compare with: a revision of this repository")
    parser.add_argument("--laps", type=int, default=7, help="how often each tree is measured (default 7)")
    parser.add_argument("--events", type=int, default=60_000, help="events of the whole job in one lap (default 60,000)")
    parser.add_argument("--same", action="store_true", help="first check that both trees decide alike (two minutes)")
    given = parser.parse_args()
    console = Console(width=max(110, Console().width), highlight=False)
    with tempfile.TemporaryDirectory() as folder:
        other = Path(folder) / "other"
        other.mkdir()
        packed = subprocess.run(["git", "archive", given.revision], cwd=ROOT, capture_output=True, check=True).stdout
        subprocess.run(["tar", "-x", "-C", str(other)], input=packed, check=True)
        if given.same:
            before, now = digest(other), digest(ROOT)
            console.print(now if now == before else f"[red]the trees decide differently[/]; before:\n{before}now:\n{now}")
        laps: dict[Path, list[Lap]] = {other: [], ROOT: []}
        for number in range(given.laps):
            for tree in (other, ROOT) if number % 2 == 0 else (ROOT, other):
                laps[tree].append(lap(tree, given.events))
            console.print(f"lap {number + 1} of {given.laps}")
    console.print(table(laps[other], laps[ROOT]))


if __name__ == "__main__":
    main()
