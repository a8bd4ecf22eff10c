"""One seed of every scenario: all of them are played once, in lanes, and each is a test of its own.

`make test-faults` repeats them as often as their races are rare.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from tests.faults.run import Outcome
from tests.faults.scenarios import BY_NAME
from tests.faults.suite import play

SEED = int(os.environ.get("SOJOURN_FAULTS_SEED", "1"))
LANES = 3  # two cores are mostly waiting: for sessions to end, for offsets to move

pytestmark = [pytest.mark.faults, pytest.mark.kafka]


@pytest.fixture(scope="module")
def outcomes(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    """The outcome of every scenario that was asked for, by name; played together, as each mostly waits."""
    asked = {item.callspec.params["name"] for item in request.session.items if isinstance(item, pytest.Function) and _is_ours(item)}
    runs = [(scenario, SEED) for scenario in BY_NAME.values() if scenario.name in asked]
    found: dict[str, Outcome] = {}
    folder = Path(tmp_path_factory.mktemp("faults"))
    play(runs, folder, LANES, lambda outcome: found.update({outcome.scenario: outcome}), lambda _: None, threading.Event())
    return found


def _is_ours(item: pytest.Function) -> bool:
    return item.path == Path(__file__) and hasattr(item, "callspec") and "name" in item.callspec.params


@pytest.mark.parametrize("name", [name for name, scenario in BY_NAME.items() if not scenario.long])
def test_every_event_counts_once(name: str, outcomes: dict[str, Outcome]) -> None:
    outcome = outcomes[name]
    assert outcome.verdict.sent > 1_000
    assert outcome.good, "\n".join(
        [*outcome.problems, *outcome.verdict.notes, f"repeat: python -m tests.faults --only {name} --seed {SEED}"]
    )
