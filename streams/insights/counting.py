"""Counting: each function receives one thing that has just happened in one journey, and counts it in the partition's aggregates.

Counts are kept per place, channel, stage and week. `streams.insights.measures` says what they amount to. `MEASURES` are the names
that a target may have.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from schemas.durations import DAY, HOUR
from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.commerce import CartUpdated, CheckoutStarted, OrderPlaced, ProductViewed, PurchaseMade
from schemas.touchpoints.complaints import ComplaintOpened
from schemas.touchpoints.employees import EmployeeFeedbackGiven
from schemas.touchpoints.feedback import SurveyAnswered
from schemas.touchpoints.service import ContactOpened
from schemas.vocabulary import STAGES
from streams.context import Context
from streams.insights import moments_of_truth, paths, visits
from streams.insights.blocked import counting as onward
from streams.insights.harm import costs, meetings, steps
from streams.insights.harm.names import names_of
from streams.insights.measures import MEASURES, unknown_measure
from streams.insights.paths import where_of
from streams.insights.surges import rates
from streams.plan import Plan
from streams.state import OpenSignal, Visit
from streams.state.aggregates import Aggregates
from streams.state.place_row import PlaceRow, split_spot

__all__ = ["MEASURES", "count_closing", "count_friction", "count_gap", "count_stage_move", "count_touchpoint", "unknown_measure"]

SATISFIED = 0.75  # of the scale: the two best of five answers, the usual reading of CSAT
PROMOTES, DETRACTS = 0.9, 0.6  # of the scale: 9 and 10 of 0..10 promote, 0 to 6 detract [Reichheld 2003]
SCALES = {"csat": (1.0, 5.0), "nps": (0.0, 10.0), "ces": (1.0, 7.0), "custom": (0.0, 1.0)}  # the scale to which answers are converted


def _aggregates(ctx: Context) -> Aggregates:
    """Return the partition's aggregates, without the rows that are too old at the partition's event time."""
    aggregates, now = ctx.partition.aggregates, ctx.partition.event_time
    if now >= aggregates.due:
        aggregates.forget_old(now)
    return aggregates


def place_row(ctx: Context, at: int, channel: str, place: str) -> PlaceRow:
    """Return the row of a place in the week of `at` (ms UTC), for the customer's stage."""
    return _aggregates(ctx).place(at, channel, ctx.journey.stage.name, place)


def count_touchpoint(ctx: Context, touchpoint: Touchpoint, plan: Plan) -> None:
    """Count a customer's touchpoint: exposures, the visit to its place, the path to that place, and what only its kind tells."""
    partition = ctx.partition
    aggregates = partition.aggregates
    if partition.event_time >= aggregates.due:
        aggregates.forget_old(partition.event_time)
    rates.count_exposures(aggregates, touchpoint, plan.exposures)
    if touchpoint.place:
        visits.count_visit(ctx, aggregates, touchpoint, plan)
    if plan.counts is not None:
        plan.counts(ctx, touchpoint)


def count_friction(ctx: Context, detector: str, signal: OpenSignal) -> None:
    """Count a friction that opened: at its place, or where the customer is if it names none."""
    journey, aggregates = ctx.journey, _aggregates(ctx)
    channel, place = where_of(journey, signal.channel, signal.place)
    row, names = aggregates.place(ctx.at, channel, journey.stage.name, place), names_of(detector)
    signal.spot = row.spot
    row.count(names.opened)
    if signal.due:
        row.count(names.missed)
    aggregates.rate_row(ctx.at // HOUR, channel).count(names.opened)
    visit = journey.places.get(row.spot)
    meetings.count_meeting(journey, row, _row_of_visit(aggregates, row, channel, place, visit), detector, visit)
    costs.count_met(ctx, row, detector)
    if visit is not None and not visit.hurt and not visit.lapsed:
        visit.hurt = ctx.at // DAY
        moments_of_truth.count_hurt_visitor(ctx, channel, place)


def _row_of_visit(aggregates: Aggregates, row: PlaceRow, channel: str, place: str, visit: Visit | None) -> PlaceRow:
    """Return the row that counted the visit: that of its week, and of the stage in which it was."""
    if visit is None or (visit.stage == row.stage and row.begin <= visit.day * DAY < row.end):
        return row
    return aggregates.place(visit.day * DAY, channel, STAGES[visit.stage], place)


def count_exposure(ctx: Context, detector: str, touchpoint: Touchpoint) -> None:
    """Count something that should happen by a time, as a promised parcel: whether it does is what the detector looks at."""
    place_row(ctx, touchpoint.at, *where_of(ctx.journey, touchpoint.channel, touchpoint.place)).count(names_of(detector).exposed)


def count_closing(ctx: Context, signal: OpenSignal, because: str) -> None:
    """Count a friction that ended: `resolved`, `expired`, `retracted` (it was never true) or `crowded_out` (it made room)."""
    channel, place = split_spot(signal.spot) if signal.spot else (signal.channel, signal.place)  # an older state names no spot
    place_row(ctx, ctx.at, channel, place).count(because)


def count_stage_move(ctx: Context, left: str, to: str, dwell_s: float) -> None:
    """Count a move from stage `left` to `to`: the path, and a lapse.

    Call it while the journey is still in stage `left`.
    """
    aggregates = _aggregates(ctx)
    paths.count_stage_path(aggregates, ctx.at, ctx.channel, left, to, dwell_s)
    if to == "lapsed":
        moments_of_truth.count_lapse(ctx)


def count_gap(ctx: Context, sort: Literal["expectation", "sacrifice"], gap: float) -> None:
    """Count a gap: perceived minus expected, or wanted minus accepted, as a share of the scale (-1..1)."""
    _answer_row(ctx, ctx.channel, ctx.place, ctx.at).aggregate.add_value(f"{sort}_gap", gap)


def _answer_row(ctx: Context, channel: str, place: str, at: int) -> PlaceRow:
    """Return the row of the place that an answer is about. If it names none, it is the customer's latest place."""
    if place or not (last := paths.current_place(ctx.journey)):
        return place_row(ctx, at, channel, place)
    return _aggregates(ctx).place(at, last[0], paths.stage_at_place(ctx), last[1])


def _count_answer(ctx: Context, survey: SurveyAnswered) -> None:
    if survey.high <= survey.low:
        return
    share = min(1.0, max(0.0, (survey.score - survey.low) / (survey.high - survey.low)))
    row, (low, high) = _answer_row(ctx, survey.channel, survey.place, survey.at), SCALES[survey.metric]
    row.aggregate.add_value(survey.metric, low + share * (high - low))
    if survey.metric == "csat" and share >= SATISFIED:
        row.count("satisfied")
    elif survey.metric == "nps" and (share >= PROMOTES or share <= DETRACTS):
        row.count("promoters" if share >= PROMOTES else "detractors")


def _count_complaint(ctx: Context, complaint: ComplaintOpened) -> None:
    _answer_row(ctx, complaint.channel, complaint.place, complaint.at).count("complaints")


def _count_rating(ctx: Context, said: EmployeeFeedbackGiven) -> None:
    if said.high > said.low:
        share = min(1.0, max(0.0, (said.score - said.low) / (said.high - said.low)))
        place_row(ctx, said.at, said.channel, said.touchpoint).aggregate.add_value("employee", share)


def _count_contact(ctx: Context, contact: ContactOpened) -> None:
    if contact.assisted and not contact.follow_up_promised:
        costs.count_contact(ctx, _aggregates(ctx), contact.at)
        onward.count_asked(ctx, contact.at)


def _count_order(ctx: Context, order: OrderPlaced) -> None:
    steps.count_order(ctx, order)
    onward.count_purchase(ctx, order)


PER_KIND: dict[type[Touchpoint], Callable[[Context, Any], None]] = {
    ContactOpened: _count_contact, SurveyAnswered: _count_answer, ComplaintOpened: _count_complaint, EmployeeFeedbackGiven: _count_rating,
    ProductViewed: steps.count_product, CartUpdated: steps.count_cart, CheckoutStarted: steps.count_checkout,
    OrderPlaced: _count_order, PurchaseMade: onward.count_purchase,
}  # fmt: skip
