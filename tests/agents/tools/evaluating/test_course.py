"""Everyone is judged by what was known on the day: models are learnt in the stream, and the future changes no score."""

from __future__ import annotations

from itertools import accumulate

from msgspec.structs import replace

from agents.learning.examples import Example
from agents.tools.evaluating.course import Course
from agents.tools.evaluating.streaming import all_streamed, streamed
from schemas.touchpoints import Touchpoint
from streams.rules import Rules
from streams.rules.blueprint import Blueprint
from tests.agents.tools.evaluating.shop import BEGIN, CUT, DAY, history, purchases


def _other_future(touchpoints: list[Touchpoint]) -> list[Touchpoint]:
    """The same until the cut; afterwards only every second customer comes, ten times a day."""
    before = [each for each in touchpoints if each.at < CUT]
    known = sorted({each.customer for each in before})[::2]
    last = before[-1]
    after = [
        replace(last, id=f"later-{customer}-{hour}", customer=customer, at=CUT + (hour + 1) * DAY // 10)
        for hour in range(100)
        for customer in known
    ]
    return before + after


def test_the_future_changes_no_score() -> None:
    """Whatever comes after the cut, scores, models and tries are the same; only the truth differs. Mutants caught: a model fitted to the
    whole history; a replay that runs on to the horizon before it asks."""
    shop = purchases()
    ours, theirs = (streamed(history(each), CUT, 30, lambda _: None) for each in (shop, _other_future(shop)))
    assert ours.answers.left != theirs.answers.left
    assert (ours.answers.customers, ours.answers.ours, ours.answers.priors) == (
        theirs.answers.customers, theirs.answers.ours, theirs.answers.priors,
    )  # fmt: skip
    assert ours.answers.naive == theirs.answers.naive
    assert (ours.milestones, ours.verdicts, ours.examples) == (theirs.milestones, theirs.verdicts, theirs.examples)


def test_models_are_fitted_on_their_days_and_in_force_from_then_on() -> None:
    """First eight weeks after the first day with a purchase, then every four; what is published is what the replay judges by."""
    course = Course(Rules(Blueprint(horizon_days=30)))
    course.run(purchases(), CUT)
    days = [(one.at - BEGIN) // DAY for one in course.milestones]
    assert days == [57, 85, 113, 141]
    latest = course.milestones[-1].published
    assert latest is not None
    assert latest.cadence == course.replay.rules.models.cadence
    assert latest.cadence is not None
    assert latest.cadence.until == course.milestones[-1].at


def test_no_model_is_told_with_its_reason() -> None:
    """Customers who never come again have no rhythm to fit: the day is told, and the course goes on."""
    once = list({each.customer: each for each in purchases()}.values())
    course = Course(Rules())
    course.run(sorted(once, key=lambda each: each.at), CUT)
    assert course.milestones
    assert all(one.published is None and one.why_not for one in course.milestones)


def test_silence_is_proved_on_its_day_and_not_when_somebody_looks() -> None:
    """Every statement is proved a horizon after it was made, though its customer says nothing any more. Mutant caught: time passes only
    where a model is fitted (a proof would be learnt from weeks late, by other models)."""
    learnt = list[int]()

    class Noting:
        def take(self, example: Example) -> None:
            learnt.append(example.due)

    course = Course(Rules(Blueprint(horizon_days=30)), Noting())
    course.run(purchases(), CUT)
    assert len(learnt) > 100
    assert [due for due, latest in zip(learnt, accumulate(learnt, max), strict=True) if latest - due > DAY] == []


def test_horizons_side_by_side_are_the_same_as_one_after_the_other() -> None:
    """Two processes, and progress that adds up to all that was replayed."""
    shop = history(purchases(60))
    moved: list[int] = []
    side_by_side = all_streamed(shop, CUT, (20, 40), moved.append)
    alone = [streamed(shop, CUT, days, lambda _: None) for days in (20, 40)]
    assert [each.answers for each in side_by_side] == [each.answers for each in alone]
    assert [each.milestones for each in side_by_side] == [each.milestones for each in alone]
