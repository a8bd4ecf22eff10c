"""Steps between places: of the customers who came to a place, which share got on from there, and who had to ask?

**Definition**: a customer comes to a place once an episode. They got on if they come to another place that is new in this episode within
WITHIN, or buy. Going back is not getting on, and neither is a page of help, an error page or a contact. It is counted in the hour in
which they came, for known customers and new ones apart: a crowd of newcomers would change the share, and nothing is wrong.
"""

from __future__ import annotations

from schemas.durations import DAY, HOUR, week_of
from schemas.touchpoints.base import Touchpoint
from streams.context import Context
from streams.detectors.shared.key_places import is_error, is_help
from streams.state import Journey
from streams.state.groups import CHANNEL_CHARS
from streams.state.place_row import split_spot

SORT = "step"  # the first part of the key
WITHIN = HOUR  # ms; most customers go on within minutes, and a look must know who will not [ours]
ASKED_WITHIN = DAY  # ms from coming to a place to a contact that tells of trouble there [ours]
ENTERED = "entered"  # customers whose episode began there, by browsing
_HOURS = range(7 * 24)
CAME = {known: tuple(f"{'k' if known else 'n'}{hour}" for hour in _HOURS) for known in (False, True)}  # by hour of the week
GOT_ON = {known: tuple(f"{'K' if known else 'N'}{hour}" for hour in _HOURS) for known in (False, True)}
ASKED = tuple(f"a{hour}" for hour in _HOURS)


def count_step(ctx: Context, spot: str, touchpoint: Touchpoint) -> None:
    """Count that the customer came to a place that is new in this episode, and that they got on from the place before."""
    journey = ctx.journey
    episode, at, activity = journey.episode, touchpoint.at, type(touchpoint).activity
    front = episode.front if episode.front >= episode.started else 0
    if is_help(touchpoint) or is_error(touchpoint):
        return
    if front and activity == "asking" and _channel_at(journey, front) != touchpoint.channel[:CHANNEL_CHARS]:
        return
    ctx.arrived = True
    known = journey.first_seen < episode.started
    if front and at - front <= WITHIN:
        ctx.passed = _spot_at(journey, front)
        _count(ctx, front, ctx.passed, GOT_ON[episode.front_known])
    counts = _count(ctx, at, spot, CAME[known])
    if not front and activity == "browsing":
        counts[ENTERED] = counts.get(ENTERED, 0) + 1
    episode.front, episode.front_known = at, known


def count_purchase(ctx: Context, touchpoint: Touchpoint) -> None:
    """Count that the customer got on by buying, if the purchase names no place: a place would tell it."""
    journey = ctx.journey
    episode, at = journey.episode, touchpoint.at
    front = episode.front
    if not touchpoint.place and episode.started <= front <= at <= front + WITHIN:
        _count(ctx, front, _spot_at(journey, front), GOT_ON[episode.front_known])
        episode.front = 0


def count_asked(ctx: Context, at: int) -> None:
    """Count a contact after the customer came to a place: a second witness that something is wrong there."""
    front = ctx.journey.episode.front
    if 0 <= at - front <= ASKED_WITHIN:
        _count(ctx, front, _spot_at(ctx.journey, front), ASKED)


def _count(ctx: Context, at: int, spot: str, names: tuple[str, ...]) -> dict[str, int]:
    if not spot:
        return {}
    hour = at // HOUR
    week = week_of(hour // 24)
    counts, name = ctx.partition.aggregates.step_row(week, spot).counts, names[hour - 24 * (7 * week - 3)]
    counts[name] = counts.get(name, 0) + 1
    return counts


def _spot_at(journey: Journey, at: int) -> str:
    """Return the place to which the customer came at this time (ms UTC); empty: it is no longer known."""
    minutes = at // 60_000
    for spot in reversed(journey.places):
        visit = journey.places[spot]
        if visit.day * 1_440 + visit.minute == minutes:
            return spot
    return ""


def _channel_at(journey: Journey, at: int) -> str:
    return split_spot(_spot_at(journey, at))[0]
