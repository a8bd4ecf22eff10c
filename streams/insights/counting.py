"""Counting: each function receives one thing that has just happened in one journey, and counts it in the partition's aggregates.

Counts are kept per place, channel, stage and week. `streams.insights.measures` says what they amount to. `MEASURES` are the names
that a target may have.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from schemas.durations import DAY, week_of
from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.complaints import ComplaintOpened
from schemas.touchpoints.employees import EmployeeFeedbackGiven
from schemas.touchpoints.feedback import SurveyAnswered
from schemas.touchpoints.service import ContactOpened
from schemas.vocabulary import STAGES
from streams.context import Context
from streams.insights import moments_of_truth, paths, rates
from streams.insights.harm import costs, meetings, steps
from streams.insights.harm.names import CAME, EXPOSED, MISSED
from streams.insights.measures import FRICTION, MEASURES, unknown_measure
from streams.insights.paths import split_spot, spot_of, where_of
from streams.state import PLACES, Journey, OpenSignal, Visit
from streams.state.aggregates import CHANNEL_CHARS, NAME_CHARS, Aggregate, Aggregates, Key
from streams.state.presence import shows_presence

__all__ = ["MEASURES", "count_closing", "count_friction", "count_gap", "count_stage_move", "count_touchpoint", "unknown_measure"]

MINUTE, A_DAY = 60_000, 1_440  # ms; minutes
STAGE_NUMBERS = {stage: number for number, stage in enumerate(STAGES)}
SATISFIED = 0.75  # of the scale: the two best of five answers, the usual reading of CSAT
PROMOTES, DETRACTS = 0.9, 0.6  # of the scale: 9 and 10 of 0..10 promote, 0 to 6 detract [Reichheld 2003]
SCALES = {"csat": (1.0, 5.0), "nps": (0.0, 10.0), "ces": (1.0, 7.0), "custom": (0.0, 1.0)}  # the scale to which answers are converted


def _aggregates(ctx: Context) -> Aggregates:
    """Return the partition's aggregates, without the rows that are too old at the partition's event time."""
    aggregates, now = ctx.partition.aggregates, ctx.partition.event_time
    if now >= aggregates.due:
        aggregates.forget_old(now)
    return aggregates


def place_row(ctx: Context, at: int, channel: str, place: str) -> Aggregate:
    """Return the row of a place in the week of `at` (ms UTC), for the customer's stage."""
    return _aggregates(ctx).row(_place_key(ctx, at, channel, place))


def _place_key(ctx: Context, at: int, channel: str, place: str) -> Key:
    return "place", str(week_of(at // DAY)), channel[:CHANNEL_CHARS], ctx.journey.stage.name, place[:NAME_CHARS]


def count_touchpoint(ctx: Context, touchpoint: Touchpoint) -> None:
    """Count a customer's touchpoint: exposures, answers, the visit to its place, and the path to that place."""
    kind, aggregates = type(touchpoint), _aggregates(ctx)
    rates.count_exposure(aggregates, touchpoint)
    if kind in ANSWERS:
        ANSWERS[kind](ctx, touchpoint)
    if touchpoint.place:
        _count_visit(ctx, aggregates, touchpoint)
    if kind in steps.KINDS:
        steps.count_step(ctx, aggregates, touchpoint, ctx.journey.stage.name)


def _count_visit(ctx: Context, aggregates: Aggregates, touchpoint: Touchpoint) -> None:
    """Count the visit, and the customer if it is their first visit of the week or of their stage."""
    journey, at, channel, place = ctx.journey, touchpoint.at, touchpoint.channel, touchpoint.place
    day, stage = at // DAY, journey.stage.name
    week, spot = (day + 3) // 7, spot_of(channel, place)  # as week_of
    counts = aggregates.row(("place", str(week), channel, stage, place), seen=True).counts
    counts["volume"] = counts.get("volume", 0) + 1
    visit, stage_number = journey.places.get(spot), STAGE_NUMBERS.get(stage, 0)
    seen = 0 if visit is None else (visit.day + 3) // 7
    if seen < week:
        came = f"{CAME}{week - seen if seen else meetings.NEVER}"
        counts[came] = counts.get(came, 0) + 1
    if seen < week or (visit and visit.stage != stage_number):
        counts["customers"] = counts.get("customers", 0) + 1
    if visit is None or (visit.lapsed and stage != "lapsed"):
        visit = _new_visit(journey, spot, day)
        moments_of_truth.count_visitor(ctx, channel, place)
    _go_on(ctx, visit, at, counts)
    visit.stage = stage_number
    if at >= journey.newest and shows_presence(touchpoint) and (step := paths.count_step(aggregates, journey, touchpoint, spot)):
        aggregates.row(("place", str(week), step.channel, _stage_at_place(ctx), step.place)).add_value("dwell", step.seconds)


def _go_on(ctx: Context, visit: Visit, at: int, counts: dict[str, int]) -> None:
    """Let the visit go on, or begin a new one after a long silence there. A late touchpoint is of the visit that went on."""
    now, last = at // MINUTE, visit.day * A_DAY + visit.minute
    if now > last or visit.minute < 0:
        if visit.minute < 0 or (now - last) * MINUTE > ctx.rules.blueprint.episode_silence_ms:
            visit.met = []
            counts["visits"] = counts.get("visits", 0) + 1
        visit.day, visit.minute = divmod(now, A_DAY)


def _new_visit(journey: Journey, spot: str, day: int) -> Visit:
    """Return a new Visit to the place. If the journey keeps too many, the place visited longest ago makes room."""
    places = journey.places
    if spot not in places and len(places) >= PLACES:
        del places[min(places, key=lambda known: (places[known].day, known))]
    visit = places[spot] = Visit(day)
    return visit


def count_friction(ctx: Context, detector: str, signal: OpenSignal) -> None:
    """Count a friction that opened: at its place, or where the customer is if it names none."""
    channel, place = where_of(ctx.journey, signal.channel, signal.place)
    spot = signal.spot = spot_of(channel, place)
    row = place_row(ctx, ctx.at, channel, place)
    row.count(f"{FRICTION}{detector}")
    if signal.due:
        row.count(f"{MISSED}{detector}")
    rates.count_opening(_aggregates(ctx), ctx.at, channel, detector)
    visit = ctx.journey.places.get(spot)
    meetings.count_meeting(ctx.journey, row, detector, spot, ctx.at, visit)
    costs.count_met(ctx, row, _place_key(ctx, ctx.at, channel, place), detector)
    if visit is not None and not visit.hurt and not visit.lapsed:
        visit.hurt = ctx.at // DAY
        moments_of_truth.count_hurt_visitor(ctx, channel, place)


def count_exposure(ctx: Context, detector: str, touchpoint: Touchpoint) -> None:
    """Count something that should happen by a time, as a promised parcel: whether it does is what the detector looks at."""
    place_row(ctx, touchpoint.at, *where_of(ctx.journey, touchpoint.channel, touchpoint.place)).count(f"{EXPOSED}{detector}")


def count_closing(ctx: Context, signal: OpenSignal, because: str) -> None:
    """Count a friction that ended: `resolved`, `expired`, `retracted` (it was never true) or `crowded_out` (it made room)."""
    place_row(ctx, ctx.at, *split_spot(signal.spot)).count(because)


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
    _answer_row(ctx, ctx.channel, ctx.place, ctx.at).add_value(f"{sort}_gap", gap)


def _answer_row(ctx: Context, channel: str, place: str, at: int) -> Aggregate:
    """Return the row of the place that an answer is about. If it names none, it is the customer's latest place."""
    if place or not (last := paths.current_place(ctx.journey)):
        return place_row(ctx, at, channel, place)
    return _aggregates(ctx).row(("place", str(week_of(at // DAY)), last[0], _stage_at_place(ctx), last[1]))


def _stage_at_place(ctx: Context) -> str:
    """Return the stage in which the customer was at the place. This touchpoint itself may just have moved them to another one."""
    stage = ctx.journey.stage
    return stage.before if stage.before and stage.since == ctx.at else stage.name


def _count_answer(ctx: Context, survey: SurveyAnswered) -> None:
    if survey.high <= survey.low:
        return
    share = min(1.0, max(0.0, (survey.score - survey.low) / (survey.high - survey.low)))
    aggregate, (low, high) = _answer_row(ctx, survey.channel, survey.place, survey.at), SCALES[survey.metric]
    aggregate.add_value(survey.metric, low + share * (high - low))
    if survey.metric == "csat" and share >= SATISFIED:
        aggregate.count("satisfied")
    elif survey.metric == "nps" and (share >= PROMOTES or share <= DETRACTS):
        aggregate.count("promoters" if share >= PROMOTES else "detractors")


def _count_complaint(ctx: Context, complaint: ComplaintOpened) -> None:
    _answer_row(ctx, complaint.channel, complaint.place, complaint.at).count("complaints")


def _count_rating(ctx: Context, said: EmployeeFeedbackGiven) -> None:
    if said.high > said.low:
        share = min(1.0, max(0.0, (said.score - said.low) / (said.high - said.low)))
        place_row(ctx, said.at, said.channel, said.touchpoint).add_value("employee", share)


def _count_contact(ctx: Context, contact: ContactOpened) -> None:
    if contact.assisted and not contact.follow_up_promised:
        costs.count_contact(ctx, _aggregates(ctx), contact.at)


ANSWERS: dict[type[Touchpoint], Callable[[Context, Any], None]] = {
    ContactOpened: _count_contact, SurveyAnswered: _count_answer, ComplaintOpened: _count_complaint, EmployeeFeedbackGiven: _count_rating,
}  # fmt: skip
