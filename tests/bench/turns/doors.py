"""`python -m tests.bench.turns.doors REVISION ...` measures what reading one event takes in this tree and in others, in short turns.

Rows: every example of every format, the direct door, events of the SDKs, and rows of files read by a mapping. Each tree has a process of
its own for the whole run. A turn takes some milliseconds, and the trees take turns row by row. So a machine whose speed drifts treats all
alike. The times are each tree's fastest turn: other programs can only add to it. Behind them stands, for each tree after the first, the
difference of the fastest turns and the median difference of the turns. A row that a tree does not read has no figure there. All trees run
with this tree's packages.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from schemas.inputs import FORMATS
from tests.agents.tools.mapping.test_shipped import ROWS
from tests.bench.events import Events
from tests.bench.steps import ROOT
from tests.schemas.sdks.reading import SDKS
from tests.schemas.sdks.templates import as_json

LAP = Path(__file__).with_name("lap_of_doors.py")
TURN_US = 10_000  # microseconds that a turn of a row is to take
GA4 = {
    "type": "track", "event": "purchase", "messageId": "m1", "userId": "c7", "timestamp": "2025-10-27T09:01:00.000Z",
    "properties": {
        "transaction_id": "o1", "value": 149.9, "currency": "EUR", "coupon": "SPRING",
        "items": [{"item_id": "p-dome", "quantity": 2, "item_category": "tents", "price": 74.95}],
    },
}  # fmt: skip
SALES = ROWS["completejourney"][0].split(b"\n")


def rows() -> Iterator[dict[str, Any]]:
    """Yield what is measured: each with its name, its door, its headers and its bytes."""
    for format in FORMATS:
        for number, (headers, value) in enumerate(format.examples, 1):
            outer = [(name, (text or b"").decode()) for name, text in headers]
            yield _row(f"{format.name} {number}", "front", value, outer, events=max(1, value.count(b'"timestamp"'), value.count(b'"eid"')))
    yield _row("GA4 purchase", "front", as_json(GA4))
    for sdk in SDKS:
        made = [template.make(number) for number, template in enumerate(sdk.templates)]
        yield _row(f"SDK {sdk.name}, one", "front", sdk.pack(made[:1])[0])
        yield _row(f"SDK {sdk.name}, all", "front", max(sdk.pack(made), key=len), events=len(made))
    touchpoint = Events(customers=1).one("e1", 1_767_500_000_000)[1]
    yield _row("bench event, front", "front", touchpoint)
    for door in ("direct, known customer", "direct, new customer"):
        yield _row(door, door, touchpoint)
    yield _row("mapping, CSV row", "mapping", SALES[0] + b"\n" + (SALES[1] + b"\n") * 200, events=200) | {
        "mapping": "deploy/mappings/completejourney.toml"
    }


def _row(name: str, door: str, value: bytes, headers: Sequence[tuple[str, str]] = (), *, events: int = 1) -> dict[str, Any]:
    return {"name": name, "door": door, "value": base64.b64encode(value).decode(), "headers": list(headers), "events": events}


class Tree:
    """The process of one tree."""

    def __init__(self, path: Path, given: Sequence[dict[str, Any]]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(LAP)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(path)},
            cwd=path,
            text=True,
        )
        self._ask(list(given))

    def us(self, row: int, times: int) -> float:
        """Return the microseconds of one reading of this row's record, read so many times."""
        self._ask([row, times])
        assert self._process.stdout is not None
        return float(self._process.stdout.readline())

    def _ask(self, line: list[Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(line) + "\n")
        self._process.stdin.flush()

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def turns(trees: Sequence[Tree], row: int, laps: int, events: int) -> list[list[float]]:
    """Return the figures of a row, us an event: one list for each tree, a figure for each lap."""
    first = max(tree.us(row, 20) for tree in trees)
    times = max(5, int(TURN_US / first)) if first else 0
    figures: list[list[float]] = [[] for _ in trees]
    for lap in range(laps if times else 0):
        for place in range(len(trees)) if lap % 2 == 0 else reversed(range(len(trees))):
            figures[place].append(trees[place].us(row, times) / events)
    return figures


def shown(figures: list[list[float]]) -> list[str]:
    """Return the cells of a row: the fastest turn of each tree, and the median difference to the first tree."""
    cells = [f"{min(each):.2f}" if each and each[0] else "-" for each in figures]
    for other in figures[1:]:
        both = bool(other) and other[0] > 0 and figures[0][0] > 0
        cells.append(f"{min(other) - min(figures[0]):+.2f}" if both else "-")
        cells.append(f"{median(b - a for a, b in zip(figures[0], other, strict=True)):+.2f}" if both else "-")
    return cells


def main() -> None:
    """Measure all trees, row by row, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.turns.doors", description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("revisions", nargs="+", help="what to compare with: revisions of this repository, the oldest first")
    parser.add_argument("--laps", type=int, default=15, help="turns of each tree and row (default 15)")
    parser.add_argument("--only", default="", help="only rows whose name contains this text")
    given = parser.parse_args()
    chosen = [row for row in rows() if given.only in row["name"]]
    names = [*given.revisions, "this tree"]
    differences = [f"{name}: {what}" for name in names[1:] for what in ("more", "median")]
    table = Table("us an event", *names, *differences, box=None)
    with tempfile.TemporaryDirectory() as folder:
        trees = [Tree(_unpacked(revision, Path(folder)), chosen) for revision in given.revisions] + [Tree(ROOT, chosen)]
        for number, row in enumerate(chosen):
            table.add_row(row["name"], *shown(turns(trees, number, given.laps, row["events"])))
        for tree in trees:
            tree.close()
    Console(width=150, highlight=False).print(table)


def _unpacked(revision: str, folder: Path) -> Path:
    path = folder / revision.replace("/", "-")
    path.mkdir()
    packed = subprocess.run(["git", "archive", revision], cwd=ROOT, capture_output=True, check=True).stdout
    subprocess.run(["tar", "-x", "-C", str(path)], input=packed, check=True)
    return path


if __name__ == "__main__":
    main()
