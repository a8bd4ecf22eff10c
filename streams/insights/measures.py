"""What is counted over customers as journeys happen: per place, channel, stage and week.

Each function is told of one thing that has just happened in one journey, and counts it in the partition's cells. What the counts
amount to is `streams.insights.gauges`; `MEASURES` are the names that a target may have.
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
from streams.insights import paths, rates, truth
from streams.insights.cells import CHANNEL_NAME, NAME, Cell, Cells
from streams.insights.gauges import MEASURES, unknown_measure
from streams.insights.paths import spot_of
from streams.moment import Moment
from streams.presence import present
from streams.state import PLACES, Journey, OpenSignal, Visit

__all__ = ["MEASURES", "ended", "gapped", "hurt", "left_stage", "unknown_measure", "visited"]

STANDINGS = {stage: number for number, stage in enumerate(STAGES)}
SATISFIED = 0.75  # of the scale: the two best of five answers, as CSAT is read
PROMOTES, DETRACTS = 0.9, 0.6  # 9 and 10 of 0..10 promote; 0 to 6 do not [Reichheld 2003]
SCALES = {"csat": (1.0, 5.0), "nps": (0.0, 10.0), "ces": (1.0, 7.0), "custom": (0.0, 1.0)}  # what answers are brought to


def _cells(moment: Moment) -> Cells:
    """The partition's cells, as old as the partition's event time allows."""
    cells, now = moment.partition.cells, moment.partition.event_time
    if now >= cells.due:
        cells.forget(now)
    return cells


def cell_at(moment: Moment, at: int, channel: str, place: str) -> Cell:
    """The cell of a place in the week of `at` (ms UTC), for customers in the stage of this one."""
    key = ("place", str(week_of(at // DAY)), channel[:CHANNEL_NAME], moment.journey.stage.name, place[:NAME])  # known by these names
    return _cells(moment).at(key)


def visited(moment: Moment, touchpoint: Touchpoint) -> None:
    """A customer's touchpoint happened: what it says of its place, and how the customer came to be there."""
    kind, cells = type(touchpoint), _cells(moment)
    rates.exposed(cells, touchpoint)
    if kind in ANSWERS:
        ANSWERS[kind](moment, touchpoint)
    if touchpoint.place:
        _came(moment, cells, touchpoint)


def _came(moment: Moment, cells: Cells, touchpoint: Touchpoint) -> None:
    """Volume; customers where it is their first visit of the week, or the first in their stage."""
    journey, at, channel, place = moment.journey, touchpoint.at, touchpoint.channel, touchpoint.place
    day, stage = at // DAY, journey.stage.name
    week, spot = (day + 3) // 7, spot_of(channel, place)  # as week_of
    counts = cells.at(("place", str(week), channel, stage, place)).counts
    counts["volume"] = counts.get("volume", 0) + 1
    visit, standing = journey.places.get(spot), STANDINGS.get(stage, 0)
    if visit is None or (visit.day + 3) // 7 < week or visit.stage != standing:
        counts["customers"] = counts.get("customers", 0) + 1
    if visit is None or (visit.lapsed and stage != "lapsed"):
        visit = _renewed(journey, spot, day)
        truth.visited(moment, channel, place)
    visit.day, visit.stage = day if day > visit.day else visit.day, standing
    if at >= journey.newest and present(touchpoint) and (step := paths.walked(cells, journey, touchpoint, spot)):
        cells.at(("place", str(week), step.channel, _stage_there(moment), step.place)).spread("dwell", step.seconds)


def _renewed(journey: Journey, spot: str, day: int) -> Visit:
    """A place that is new to the customer, or to this course of theirs; the one visited longest ago makes room."""
    places = journey.places
    if spot not in places and len(places) >= PLACES:
        del places[min(places, key=lambda known: (places[known].day, known))]
    visit = places[spot] = Visit(day)
    return visit


def hurt(moment: Moment, detector: str, channel: str, place: str) -> None:
    """A friction point opened at a place."""
    cell_at(moment, moment.at, channel, place).count(f"friction:{detector}")
    rates.opened(_cells(moment), moment.at, channel, detector)
    visit = moment.journey.places.get(spot_of(channel, place))
    if visit is not None and not visit.hurt and not visit.lapsed:
        visit.hurt = moment.at // DAY
        truth.hurt(moment, channel, place)


def ended(moment: Moment, signal: OpenSignal, because: str) -> None:
    """A friction point ended: `resolved`, or its time ran out; was never true (`retracted`); or made room (`crowded_out`)."""
    cell_at(moment, moment.at, signal.channel, signal.place).count(because)


def left_stage(moment: Moment, left: str, to: str, dwell_s: float) -> None:
    """The customer, still in stage `left`, moves on to `to`: a path, a conversion of the place they were at, or a lapse."""
    cells = _cells(moment)
    paths.moved(cells, moment.at, moment.channel, left, to, dwell_s)
    if to == "lapsed":
        truth.lapsed(moment)
    elif is_forward(left, to) and (last := paths.latest(moment.journey)):
        channel, place, visit = last
        cells.at(("place", str(week_of(visit.day)), channel, left, place)).count("onward")


def gapped(moment: Moment, sort: Literal["expectation", "sacrifice"], gap: float) -> None:
    """Perceived minus expected, or wanted minus settled for, as a share of the scale (-1..1)."""
    _about(moment, moment.channel, moment.place, moment.at).spread(f"{sort}_gap", gap)


def _about(moment: Moment, channel: str, place: str, at: int) -> Cell:
    """The cell of the place an answer is about: its own or, where it names none, the one the customer was at last."""
    if place or not (last := paths.latest(moment.journey)):
        return cell_at(moment, at, channel, place)
    return _cells(moment).at(("place", str(week_of(at // DAY)), last[0], _stage_there(moment), last[1]))


def _stage_there(moment: Moment) -> str:
    """The stage in which the customer was at the place they are leaving, or speaking of: this touchpoint may just have moved them."""
    stage = moment.journey.stage
    return stage.before if stage.before and stage.since == moment.at else stage.name


def _answered(moment: Moment, survey: SurveyAnswered) -> None:
    if survey.high <= survey.low:
        return
    share = min(1.0, max(0.0, (survey.score - survey.low) / (survey.high - survey.low)))
    cell, (low, high) = _about(moment, survey.channel, survey.place, survey.at), SCALES[survey.metric]
    cell.spread(survey.metric, low + share * (high - low))
    if survey.metric == "csat" and share >= SATISFIED:
        cell.count("satisfied")
    elif survey.metric == "nps" and (share >= PROMOTES or share <= DETRACTS):
        cell.count("promoters" if share >= PROMOTES else "detractors")


def _complained(moment: Moment, complaint: ComplaintOpened) -> None:
    _about(moment, complaint.channel, complaint.place, complaint.at).count("complaints")


def _spoke(moment: Moment, said: EmployeeFeedbackGiven) -> None:
    if said.high > said.low:
        share = min(1.0, max(0.0, (said.score - said.low) / (said.high - said.low)))
        cell_at(moment, said.at, said.channel, said.touchpoint).spread("employee", share)


ANSWERS: dict[type[Touchpoint], Callable[[Moment, Any], None]] = {
    SurveyAnswered: _answered, ComplaintOpened: _complained, EmployeeFeedbackGiven: _spoke,
}  # fmt: skip
