"""Visits: a customer comes to a place in one episode. What goes on there afterwards only moves the row's volume.

A visit ends with the episode, and with the week. So a row has as many visits as can be hurt in it. The journey keeps the latest visit to
each of its latest PLACES places.
"""

from __future__ import annotations

from schemas.touchpoints.base import Touchpoint
from streams.context import Context
from streams.insights import moments_of_truth, paths
from streams.insights.blocked import counting as onward
from streams.insights.harm.meetings import NEVER
from streams.insights.harm.names import CAME
from streams.plan import Plan
from streams.state import PLACES, Visit
from streams.state.aggregates import Aggregates
from streams.state.place_row import PlaceRow

MINUTE, A_DAY = 60_000, 1_440  # ms; minutes
FIRST_CAME = f"{CAME}{NEVER}"


def count_visit(ctx: Context, aggregates: Aggregates, touchpoint: Touchpoint, plan: Plan) -> None:
    """Count a touchpoint at a place. The customer, the visit and the path are counted only where one begins."""
    journey, at, place, channel = ctx.journey, touchpoint.at, touchpoint.place, touchpoint.channel
    stage, episode = journey.stage.name, journey.episode
    row = aggregates.place_rows.get((place, channel, stage))
    if row is not None and row.begin <= at < row.end:  # as Aggregates.place, which costs a call
        aggregates.changed.add(row.key)
    else:
        row = aggregates.place(at, channel, stage, place, seen=True)
    counts, spot = row.counts, row.spot
    counts["volume"] = counts.get("volume", 0) + 1
    visit, started = journey.places.get(spot), episode.started
    is_new = visit is None or visit.day * A_DAY + visit.minute < started // MINUTE
    goes_on = episode.arrived >= started
    stays = goes_on and spot == episode.spot
    if stays and not is_new and visit is not None and visit.day >= row.day:
        return  # they are where they were
    moves = not stays and plan.is_own_act and at >= journey.newest
    if moves and is_new:
        onward.count_step(ctx, spot, touchpoint)
    if is_new or visit is None or visit.day < row.day:
        _arrive(ctx, row, visit, touchpoint)
    if moves:
        ctx.moved = True
        if goes_on and episode.spot:
            paths.count_move(ctx, aggregates, row, at)
        episode.spot, episode.arrived = spot, at


def _arrive(ctx: Context, row: PlaceRow, visit: Visit | None, touchpoint: Touchpoint) -> None:
    """Count the visit that begins here, and the customer if it is their first of the week or of their stage.

    The visit stays that of the stage in which it began. A late touchpoint is of the visit that went on.
    """
    journey, counts, now = ctx.journey, row.counts, touchpoint.at // MINUTE
    began = journey.episode.started // MINUTE
    if visit is not None and visit.day >= row.day and (now < began or visit.day * A_DAY + visit.minute >= began):
        return
    if visit is None or visit.day < row.day:
        came = FIRST_CAME if visit is None else f"{CAME}{row.week - (visit.day + 3) // 7}"  # as week_of
        counts[came] = counts.get(came, 0) + 1
    if visit is None or visit.day < row.day or visit.stage != row.stage:
        counts["customers"] = counts.get("customers", 0) + 1
    if visit is None or (visit.lapsed and journey.stage.name != "lapsed"):
        moments_of_truth.count_visitor(ctx.partition.aggregates, row, touchpoint)
        visit = Visit(now // A_DAY, 0, 0, row.stage, now % A_DAY)
    else:
        visit.day, visit.minute, visit.stage = now // A_DAY, now % A_DAY, row.stage
        if visit.met:
            visit.met = []
    counts["visits"] = counts.get("visits", 0) + 1
    _put_last(journey.places, row.spot, visit)


def _put_last(places: dict[str, Visit], spot: str, visit: Visit) -> None:
    """Keep the visit that begins. Of too many places, the one whose latest visit began first makes room."""
    if places.pop(spot, None) is None and len(places) >= PLACES:
        del places[next(iter(places))]
    places[spot] = visit
