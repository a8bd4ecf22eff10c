"""What is counted over customers as journeys happen: per place, channel, stage and week.

Each function is told of one thing that has just happened in one journey, and counts it in the partition's cells.
"""

from __future__ import annotations

from schemas.touchpoints.base import Touchpoint
from streams.cells import Cell
from streams.counters import DAY, week_of
from streams.moment import Moment
from streams.state import PLACES, Journey, Visit


def cell_at(moment: Moment, at: int, channel: str, place: str) -> Cell:
    """The cell of a place in the week of `at` (ms UTC), for customers in the stage of this one."""
    return moment.partition.cells.at(("place", str(week_of(at // DAY)), channel, moment.journey.stage.name, place))


def visited(moment: Moment, touchpoint: Touchpoint) -> None:
    """A customer was at a place: volume, and customers where it is their first visit of the week."""
    if not (place := touchpoint.place):
        return
    at = touchpoint.at
    counts = cell_at(moment, at, touchpoint.channel, place).counts
    counts["volume"] = counts.get("volume", 0) + 1
    day = at // DAY
    visit = moment.journey.places.get(name := f"{touchpoint.channel} {place}")
    if visit is None or week_of(visit.day) < week_of(day):
        counts["customers"] = counts.get("customers", 0) + 1
    if visit is None:
        _keep(moment.journey, name, Visit(day))
    elif day > visit.day:
        visit.day = day


def _keep(journey: Journey, name: str, visit: Visit) -> None:
    """The place visited longest ago makes room."""
    places = journey.places
    if len(places) >= PLACES:
        del places[min(places, key=lambda known: (places[known].day, known))]
    places[name] = visit


def hurt(moment: Moment, detector: str, channel: str, place: str) -> None:
    """A friction point opened at a place."""
    cell_at(moment, moment.at, channel, place).count(f"friction:{detector}")
    visit = moment.journey.places.get(f"{channel} {place}")
    if visit is not None and not visit.hurt:
        visit.hurt = moment.at // DAY


def left_stage(moment: Moment, left: str, entered: str, dwell_s: int) -> None:
    """A customer went from one stage to another, after so many seconds."""
    cell = moment.partition.cells.at(("stage", str(week_of(moment.at // DAY)), left))
    cell.count(f"to:{entered}")
    cell.spread("dwell_s", dwell_s)
