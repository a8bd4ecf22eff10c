"""The plan of a kind, and what `decide` does not ask because of it."""

from __future__ import annotations

import pytest

from schemas.touchpoints import BY_KIND, KINDS
from schemas.touchpoints.base import Touchpoint
from schemas.vocabulary import STAGES
from streams.context import Context
from streams.customer import stages
from streams.planning import plan_of
from streams.replay import Replay
from streams.rules import Rules
from streams.rules.blueprint import Blueprint
from streams.signals.deadlines import all_wait
from streams.state import Deadline, Partition, Position, journey_of
from streams.story import START
from tests.laws.strategies import touchpoint

RULES = Rules()


def of_kind(kind: type[Touchpoint]) -> Touchpoint:
    """Return a touchpoint of this kind, always the same one."""
    return touchpoint(kind, START, 1, 1)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_kind_moves_the_stage_exactly_where_its_plan_says(kind: type[Touchpoint]) -> None:
    """Mutant caught: `leaves` without the stages that a row names among others."""
    plan = plan_of(RULES, kind)
    for stage in STAGES:
        journey = journey_of(stage=Position(stage, START, "considering"), phase=Position("relationship", START))
        ctx = Context(journey, Partition(), RULES, "c1", START, "e1", [], touchpoint=of_kind(kind))
        stages.update_stage(ctx, of_kind(kind))
        assert journey.stage.name == stage or stage in plan.leaves or plan.has_finer_cue


def test_silences_that_wait_are_not_asked_and_one_that_came_due_is() -> None:
    """Mutants caught: the step is not looked at; a silence that is not timed counts as waiting."""
    silences = plan_of(RULES, BY_KIND["page_viewed"]).silences
    assert set(silences) == {"dormant:", "quiet_week:", "quiet_month:"}
    waiting = {key: Deadline("", 0, START) for key in silences}
    assert all_wait(waiting, silences)
    assert not all_wait(waiting | {"dormant:": Deadline("", 0, START, step=1)}, silences)
    assert not all_wait({}, silences)
    assert not all_wait(waiting, ())


def test_what_shows_no_presence_begins_no_silence() -> None:
    """Mutant caught: the silences of every kind are in the plan of a message that we sent."""
    plan = plan_of(RULES, BY_KIND["message_sent"])
    assert plan.silences == ()
    assert not any(each.silence for each in plan.openers)


def test_a_silent_detector_is_in_no_plan() -> None:
    """Mutant caught: plans shared by rules with other blueprints."""
    quiet = RULES.with_blueprint(Blueprint(silent=("page_loop", "dormant")))
    asked = [plan_of(each, BY_KIND["page_viewed"]) for each in (RULES, quiet)]
    names = [{pattern.detector.name for pattern in plan.patterns} | set(plan.silences) for plan in asked]
    assert names[0] - names[1] == {"page_loop", "dormant:"}


def test_a_model_that_comes_into_force_changes_no_plan() -> None:
    """Plans depend on the blueprint alone, so a newly fitted model costs no new ones."""
    replay = Replay(RULES)
    plan_of(RULES, BY_KIND["page_viewed"])
    assert replay.rules.within(90).plans is RULES.plans
