"""What is counted over customers as journeys happen: per place, channel, stage and week.

Each function is told of one thing that has just happened in one journey, and counts it in the partition's cells. What the counts
amount to is `streams.insights.measures`; `MEASURES` are the names that a target may have.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from schemas.durations import DAY, week_of
from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.employees import EmployeeFeedbackGiven
from schemas.touchpoints.feedback import SurveyAnswered
from schemas.touchpoints.service import ComplaintOpened
from schemas.vocabulary import STAGES, is_forward
from streams.context import Context
from streams.insights import moments_of_truth, paths, rates
from streams.insights.measures import MEASURES, unknown_measure
from streams.insights.paths import spot_of
from streams.state import PLACES, Journey, OpenSignal, Visit
from streams.state.aggregates import CHANNEL_CHARS, NAME_CHARS, Aggregate, Aggregates
from streams.state.presence import is_own_act

__all__ = ["MEASURES", "ended", "gapped", "hurt", "left_stage", "unknown_measure", "visited"]

STAGE_NUMBERS = {stage: number for number, stage in enumerate(STAGES)}
SATISFIED = 0.75  # of the scale: the two best of five answers, as CSAT is read
PROMOTES, DETRACTS = 0.9, 0.6  # 9 and 10 of 0..10 promote; 0 to 6 do not [Reichheld 2003]
SCALES = {"csat": (1.0, 5.0), "nps": (0.0, 10.0), "ces": (1.0, 7.0), "custom": (0.0, 1.0)}  # what answers are brought to


def _cells(ctx: Context) -> Aggregates:
    """The partition's cells, as old as the partition's event time allows."""
    cells, now = ctx.partition.aggregates, ctx.partition.event_time
    if now >= cells.due:
        cells.forget_old(now)
    return cells


def cell_at(ctx: Context, at: int, channel: str, place: str) -> Aggregate:
    """The cell of a place in the week of `at` (ms UTC), for customers in the stage of this one."""
    key = ("place", str(week_of(at // DAY)), channel[:CHANNEL_CHARS], ctx.journey.stage.name, place[:NAME_CHARS])  # known by these names
    return _cells(ctx).row(key)


def visited(ctx: Context, touchpoint: Touchpoint) -> None:
    """A customer's touchpoint happened: what it says of its place, and how the customer came to be there."""
    kind, cells = type(touchpoint), _cells(ctx)
    rates.exposed(cells, touchpoint)
    if kind in ANSWERS:
        ANSWERS[kind](ctx, touchpoint)
    if touchpoint.place:
        _came(ctx, cells, touchpoint)


def _came(ctx: Context, cells: Aggregates, touchpoint: Touchpoint) -> None:
    """Volume; customers where it is their first visit of the week, or the first in their stage."""
    journey, at, channel, place = ctx.journey, touchpoint.at, touchpoint.channel, touchpoint.place
    day, stage = at // DAY, journey.stage.name
    week, spot = (day + 3) // 7, spot_of(channel, place)  # as week_of
    counts = cells.row(("place", str(week), channel, stage, place)).counts
    counts["volume"] = counts.get("volume", 0) + 1
    visit, standing = journey.places.get(spot), STAGE_NUMBERS.get(stage, 0)
    if visit is None or (visit.day + 3) // 7 < week or visit.stage != standing:
        counts["customers"] = counts.get("customers", 0) + 1
    if visit is None or (visit.lapsed and stage != "lapsed"):
        visit = _renewed(journey, spot, day)
        moments_of_truth.visited(ctx, channel, place)
    visit.day, visit.stage = day if day > visit.day else visit.day, standing
    if at >= journey.newest and is_own_act(touchpoint) and (step := paths.walked(cells, journey, touchpoint, spot)):
        cells.row(("place", str(week), step.channel, _stage_there(ctx), step.place)).add_value("dwell", step.seconds)


def _renewed(journey: Journey, spot: str, day: int) -> Visit:
    """A place that is new to the customer, or to this course of theirs; the one visited longest ago makes room."""
    places = journey.places
    if spot not in places and len(places) >= PLACES:
        del places[min(places, key=lambda known: (places[known].day, known))]
    visit = places[spot] = Visit(day)
    return visit


def hurt(ctx: Context, detector: str, channel: str, place: str) -> None:
    """A friction point opened at a place."""
    cell_at(ctx, ctx.at, channel, place).count(f"friction:{detector}")
    rates.opened(_cells(ctx), ctx.at, channel, detector)
    visit = ctx.journey.places.get(spot_of(channel, place))
    if visit is not None and not visit.hurt and not visit.lapsed:
        visit.hurt = ctx.at // DAY
        moments_of_truth.hurt(ctx, channel, place)


def ended(ctx: Context, signal: OpenSignal, because: str) -> None:
    """A friction point ended: `resolved`, or its time ran out; was never true (`retracted`); or made room (`crowded_out`)."""
    cell_at(ctx, ctx.at, signal.channel, signal.place).count(because)


def left_stage(ctx: Context, left: str, to: str, dwell_s: float) -> None:
    """The customer, still in stage `left`, moves on to `to`: a path, a conversion of the place they were at, or a lapse."""
    cells = _cells(ctx)
    paths.moved(cells, ctx.at, ctx.channel, left, to, dwell_s)
    if to == "lapsed":
        moments_of_truth.lapsed(ctx)
    elif is_forward(left, to) and (last := paths.latest(ctx.journey)):
        channel, place, visit = last
        cells.row(("place", str(week_of(visit.day)), channel, left, place)).count("onward")


def gapped(ctx: Context, sort: Literal["expectation", "sacrifice"], gap: float) -> None:
    """Perceived minus expected, or wanted minus settled for, as a share of the scale (-1..1)."""
    _about(ctx, ctx.channel, ctx.place, ctx.at).add_value(f"{sort}_gap", gap)


def _about(ctx: Context, channel: str, place: str, at: int) -> Aggregate:
    """The cell of the place an answer is about: its own or, where it names none, the one the customer was at last."""
    if place or not (last := paths.latest(ctx.journey)):
        return cell_at(ctx, at, channel, place)
    return _cells(ctx).row(("place", str(week_of(at // DAY)), last[0], _stage_there(ctx), last[1]))


def _stage_there(ctx: Context) -> str:
    """The stage in which the customer was at the place they are leaving, or speaking of: this touchpoint may just have moved them."""
    stage = ctx.journey.stage
    return stage.before if stage.before and stage.since == ctx.at else stage.name


def _answered(ctx: Context, survey: SurveyAnswered) -> None:
    if survey.high <= survey.low:
        return
    share = min(1.0, max(0.0, (survey.score - survey.low) / (survey.high - survey.low)))
    cell, (low, high) = _about(ctx, survey.channel, survey.place, survey.at), SCALES[survey.metric]
    cell.add_value(survey.metric, low + share * (high - low))
    if survey.metric == "csat" and share >= SATISFIED:
        cell.count("satisfied")
    elif survey.metric == "nps" and (share >= PROMOTES or share <= DETRACTS):
        cell.count("promoters" if share >= PROMOTES else "detractors")


def _complained(ctx: Context, complaint: ComplaintOpened) -> None:
    _about(ctx, complaint.channel, complaint.place, complaint.at).count("complaints")


def _spoke(ctx: Context, said: EmployeeFeedbackGiven) -> None:
    if said.high > said.low:
        share = min(1.0, max(0.0, (said.score - said.low) / (said.high - said.low)))
        cell_at(ctx, said.at, said.channel, said.touchpoint).add_value("employee", share)


ANSWERS: dict[type[Touchpoint], Callable[[Context, Any], None]] = {
    SurveyAnswered: _answered, ComplaintOpened: _complained, EmployeeFeedbackGiven: _spoke,
}  # fmt: skip
