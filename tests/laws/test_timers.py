"""No timer of a journey is lost: laws over generated journeys, with a cadence model in force and without one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from schemas.control.models import Models
from schemas.touchpoints import KINDS, Touchpoint
from streams.engine.finish import next_due
from streams.replay import Replay
from streams.rules import Rules
from tests.laws.laws import COMING_AND_GOING
from tests.laws.strategies import journeys

PLAIN = Rules()
RULES = {"no model": PLAIN, "a model": PLAIN.with_models(Models(COMING_AND_GOING, None, 1))}


@pytest.mark.parametrize("rules", RULES.values(), ids=list(RULES))
@settings(max_examples=150)
@given(touchpoints=journeys(KINDS))
def test_the_next_timer_is_never_later_than_what_waits(rules: Rules, touchpoints: list[Touchpoint]) -> None:
    """After each touchpoint. It may be earlier: then a timer fires in vain.

    Mutant caught: a customer whose risk needs no check has no timer (`streams.risk.update.skip_while_calm`).
    """
    replay = Replay(rules)
    for touchpoint in touchpoints:
        replay.apply(touchpoint)
        for journey in replay.journeys.values():
            due = next_due(journey)
            assert not due or 0 < journey.next_wake <= due
