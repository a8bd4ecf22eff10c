"""Two weeks of a small company as a newcomer plays them: through a real Kafka, a real Valkey and a worker process."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from agents.world.day import begin
from agents.world.scoring.playing import play
from tests.agents.cli.terminal_session import sojourn
from tests.conftest import CACHE

SEED, CUSTOMERS, DAYS = 3, 60, 14

pytestmark = [pytest.mark.kafka, pytest.mark.long]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the demo shows, for programs."""
    home = tmp_path_factory.mktemp("company")
    (home / "cache").symlink_to(CACHE)
    answer = sojourn("demo", "--seed", f"{SEED}", "--customers", f"{CUSTOMERS}", "--days", f"{DAYS}", "--json", home=home)
    assert answer.code == 0, answer.err
    found = json.loads(answer.out)
    assert isinstance(found, dict)
    return found


def test_every_event_is_accounted_for(shown: dict[str, Any]) -> None:
    measured = shown["measured"]
    assert measured["sent"] == sum(measured["became"].values()) > 1_000
    assert measured["became"]["applied"] > 0.9 * measured["sent"]
    assert measured["became"]["rejected"] == 0
    assert measured["restarts"] == 0


def test_planted_frictions_are_found_and_offers_made(shown: dict[str, Any]) -> None:
    """Most of them as the oracle finds them. Mutant: frictions are read from another topic."""
    oracle = play(SEED, DAYS, CUSTOMERS, answers=True)
    planted = sum(each["planted"] for each in shown["detectors"])
    recalled = sum(each["recalled"] for each in shown["detectors"])
    assert planted > 30
    assert recalled / planted > 0.9
    assert shown["offers"] == pytest.approx(oracle.offers, rel=0.5)
    assert shown["offers"] > 0


def test_nothing_is_planted_before_the_first_incident_and_no_alarm_is_raised(shown: dict[str, Any]) -> None:
    assert (shown["incidents"], shown["traps"], shown["false_alarms"]) == ([], [], [])


def test_who_takes_part_in_the_experiment_is_read_from_the_decisions(shown: dict[str, Any]) -> None:
    """And customers got to know their offers. Mutants: decisions about repairs count; nobody is read; offers that no customer gets."""
    assert 0 < shown["lift"]["treated"] + shown["lift"]["held_out"] < CUSTOMERS
    assert shown["lift"]["per_100_measured"] is None
    assert shown["lift"]["reached"] > 0


def test_the_report_tells_of_one_of_its_customers(shown: dict[str, Any]) -> None:
    known = {one.id for one in begin(SEED, DAYS, CUSTOMERS).people}
    assert shown["customer"] in known
    assert f"One customer: {shown['customer']}" in Path(shown["report"]).read_text()
