"""A suite that was stopped goes on where it was, and the newest word on a run counts."""

from __future__ import annotations

import io
from pathlib import Path

from rich.console import Console

from tests.faults.results import Results
from tests.faults.run import Outcome
from tests.faults.scenarios import BY_NAME, SCENARIOS
from tests.faults.verdict import Verdict

KILL, JOIN = BY_NAME["kill"], BY_NAME["join"]


def test_finished_runs_are_not_played_again(tmp_path: Path) -> None:
    results = Results(tmp_path / "runs.jsonl")
    assert [(each.name, seed) for each, seed in results.missing([KILL, JOIN], 2)] == [("kill", 1), ("join", 1), ("kill", 2), ("join", 2)]
    results.add(Outcome("kill", 1))
    results.add(Outcome("join", 2))
    again = Results(tmp_path / "runs.jsonl")
    assert [(each.name, seed) for each, seed in again.missing([KILL, JOIN], 2)] == [("join", 1), ("kill", 2)]
    again.forget([KILL])
    assert [(each.name, seed) for each, seed in Results(tmp_path / "runs.jsonl").missing([KILL, JOIN], 1)] == [("kill", 1), ("join", 1)]


def test_every_scenario_has_been_seen_before_the_first_half_is_over(tmp_path: Path) -> None:
    coming = Results(tmp_path / "runs.jsonl").missing(SCENARIOS)
    assert len(coming) == sum(each.times for each in SCENARIOS)
    assert {each.name for each, _ in coming[: len(coming) // 2]} == {name for name, each in BY_NAME.items() if not each.long}


def test_a_run_that_was_wrong_is_in_the_table_until_it_is_exact(tmp_path: Path) -> None:
    results = Results(tmp_path / "runs.jsonl")
    wrong = Verdict(sent=1_000)
    wrong.count("lost", "a touchpoint")
    results.add(Outcome("kill", 3, verdict=wrong))
    assert "seeds [3] failed" in _text(results)
    results.add(Outcome("kill", 3, verdict=Verdict(sent=1_000)))
    assert "failed" not in _text(Results(tmp_path / "runs.jsonl"))
    assert "1,000" in _text(results)


def _text(results: Results) -> str:
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(results.table([KILL]))
    return console.export_text()
