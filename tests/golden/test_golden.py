"""What each story made us say is what it made us say before."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.golden import STORIES, golden_of, replayed


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_the_story_is_told_as_before(path: Path) -> None:
    """Catches any change of an emission, its id, its order or the journey's standing (mutant: a detector's limit changed by one)."""
    assert replayed(path) == golden_of(path).read_text(), "run `make golden` and read the difference"


def test_there_are_stories() -> None:
    assert len(STORIES) >= 6
