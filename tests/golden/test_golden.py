"""What each story made us say is what it made us say before."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.golden import STORIES, golden_of, replayed
from tests.golden.recorded import RECORDED, contracts, run


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_the_story_is_told_as_before(path: Path) -> None:
    """Catches any change of an emission, its id, its order or the journey's standing (mutant: a detector's limit changed by one)."""
    assert replayed(path) == golden_of(path).read_text(), "run `make golden` and read the difference"


def test_there_are_stories() -> None:
    assert len(STORIES) >= 6


def test_a_recorded_run_is_published_and_stored_as_before() -> None:
    """Catches a changed byte in any output, header, state or cell (mutant: a header of an output renamed)."""
    assert run() == json.loads(RECORDED.read_text())["run"], "if it is meant, run `make golden` and tell it in the CHANGELOG"


def test_the_contracts_of_the_wire_are_as_before() -> None:
    """Catches a renamed field, topic, metric, setting, command or option (mutant: a field of an output renamed)."""
    assert json.loads(json.dumps(contracts())) == json.loads(RECORDED.read_text())["contracts"], "see above"
