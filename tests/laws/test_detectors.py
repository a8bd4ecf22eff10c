"""Every registered detector obeys every law, on generated journeys that dwell on its own kinds."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.touchpoints import Touchpoint
from streams.detectors import Detector
from streams.detectors.registry import registry
from streams.rules import Rules
from tests.laws import laws
from tests.laws.strategies import course, journeys, wane, wanes

DETECTORS = registry()


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda detector: detector.name)
@settings(max_examples=12, deadline=None)  # also where no conftest sets it, as in the copy that `test_dropped_in.py` makes
@given(st.data())
def test_every_detector_obeys_the_laws_of_a_journey(detector: Detector, data: st.DataObject) -> None:
    """Each law's mutant is in `test_mutants.py`."""
    kinds = laws.kinds_of(detector)
    touchpoints = data.draw(wanes(kinds) if detector.weekly else journeys(kinds))
    for law in laws.OF_A_JOURNEY:
        law(detector, touchpoints)


@pytest.mark.parametrize("law", laws.OF_ITSELF, ids=lambda law: law.__name__)
@pytest.mark.parametrize("detector", DETECTORS, ids=lambda detector: detector.name)
def test_every_detector_obeys_the_laws_of_itself(detector: Detector, law: Callable[[Detector], None]) -> None:
    law(detector)


@settings(max_examples=60, deadline=None)
@given(journeys(max_size=60))
def test_all_detectors_together_never_fail(touchpoints: list[Touchpoint]) -> None:
    """Mutant caught: a detector that reads a mark's optional field as if it were always there."""
    replay = laws.run(Rules(), touchpoints)
    assert laws.failures(replay.emissions) == []


def test_what_a_detector_follows_exists() -> None:
    """Mutant caught: a misspelt friction in `frictions=`, which would be silent for ever."""
    names = {detector.name for detector in DETECTORS if detector.family == "friction"}
    assert [d.name for d in DETECTORS if not set(d.frictions) <= names] == []


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda detector: detector.name)
def test_generated_journeys_make_every_detector_speak(detector: Detector) -> None:
    """Laws on journeys in which nothing ever happens would be worth nothing. Mutant caught: a kind left out of `kinds_of`."""
    kinds, rules, lived = laws.kinds_of(detector), laws.alone(detector), wane if detector.weekly else course
    assert any(laws.speaks(detector, laws.run(rules, lived(seed, kinds)).emissions) for seed in range(400))
