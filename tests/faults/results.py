"""Finished runs, a JSON line each: a suite that was stopped goes on where it was."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson
from rich.table import Table

from tests.faults.run import Outcome
from tests.faults.scenarios import Scenario
from tests.faults.verdict import FIGURES

Line = dict[str, Any]


class Results:
    """The file of finished runs; appended to from several lanes at once."""

    def __init__(self, path: Path) -> None:
        self._path, self._lock = path, threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [orjson.loads(line) for line in path.read_bytes().splitlines()] if path.exists() else []
        self._rows: dict[tuple[str, int], Line] = {(line["scenario"], line["seed"]): line for line in lines}  # the newest counts

    def forget(self, scenarios: Iterable[Scenario]) -> None:
        """These begin anew."""
        gone = {each.name for each in scenarios}
        self._rows = {at: line for at, line in self._rows.items() if at[0] not in gone}
        self._path.write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in self._rows.values()))

    def add(self, outcome: Outcome) -> None:
        """One more run is finished."""
        with self._lock:
            self._rows[(outcome.scenario, outcome.seed)] = outcome.line()
            with self._path.open("ab") as file:
                file.write(orjson.dumps(outcome.line()) + b"\n")

    def of(self, scenario: Scenario) -> list[Line]:
        """The finished runs of one scenario."""
        return [line for line in self._rows.values() if line["scenario"] == scenario.name]

    def missing(self, scenarios: Iterable[Scenario], times: int | None = None) -> list[tuple[Scenario, int]]:
        """The runs still to come as (scenario, seed), seeds from 1; spread, so that an early stop has seen a bit of everything."""
        wanted = [(seed, place, each) for place, each in enumerate(scenarios) for seed in range(1, (times or each.times) + 1)]
        wanted.sort(key=lambda row: (row[0] / (times or row[2].times), row[1]))
        return [(each, seed) for seed, _, each in wanted if (each.name, seed) not in self._rows]

    def table(self, scenarios: Iterable[Scenario]) -> Table:
        """A row a scenario, its runs added up."""
        table = Table(title="Faults on real Kafka, real workers; every figure but the first four must be 0")
        for column in ("scenario", "runs", "sent", "outputs", "restarts", *FIGURES, "slowest event s", "result"):
            table.add_column(column, justify="left" if column in ("scenario", "result") else "right", no_wrap=column == "scenario")
        for scenario in scenarios:
            if lines := self.of(scenario):
                table.add_row(*_row(scenario.name, lines))
        return table


def _row(name: str, lines: list[Line]) -> list[str]:
    sums: Counter[str] = Counter()
    for line in lines:
        sums.update({figure: line["verdict"][figure] for figure in ("sent", "outputs", *FIGURES)})
        sums["restarts"] += line["restarts"]
    slowest = max(line["slowest_s"] for line in lines)
    bad = [line["seed"] for line in lines if not line["good"]]
    figures = [f"{sums[figure]:,}" for figure in ("sent", "outputs", "restarts", *FIGURES)]
    return [name, str(len(lines)), *figures, f"{slowest:.1f}", f"[red]seeds {bad} failed" if bad else "[green]exact"]
