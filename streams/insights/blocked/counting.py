"""Steps between places: of the customers who came to a place, which share got on from there, and who had to ask?

**Definition**: a customer comes to a place once an episode. They got on if they come to another place that is new in this episode within
WITHIN, or buy. Going back is not getting on, and neither is a page of help, an error page or a contact. It is counted in the hour in
which they came, for known customers and new ones apart: a crowd of newcomers would change the share, and nothing is wrong. For the same
reason a customer counts only where they came from another place: whoever begins there may come from anywhere. A call begins somewhere.
"""

from __future__ import annotations

from schemas.durations import DAY, HOUR, week_of
from schemas.touchpoints.base import Touchpoint
from streams.context import Context
from streams.detectors.shared.key_places import ERROR_PAGE, HELP_PAGE, sorts_of
from streams.state.groups import CHANNEL_CHARS
from streams.state.journey.parts import KNOWN, NEW, UNCOUNTED
from streams.state.place_row import split_spot

SORT = "step"  # the first part of the key
WITHIN = HOUR  # ms; most customers go on within minutes, and a look must know who will not [ours]
ASKED_WITHIN = DAY  # ms from coming to a place to a contact that tells of trouble there [ours]
_HOURS = range(7 * 24)
CAME = tuple(tuple(f"{letter}{hour}" for hour in _HOURS) for letter in "nk")  # by NEW or KNOWN, and by hour of the week
GOT_ON = tuple(tuple(f"{letter}{hour}" for hour in _HOURS) for letter in "NK")
ASKED = tuple(f"a{hour}" for hour in _HOURS)


def count_step(ctx: Context, spot: str, touchpoint: Touchpoint) -> None:
    """Count that the customer came to a place that is new in this episode, and that they got on from the place before."""
    journey = ctx.journey
    episode, at, activity = journey.episode, touchpoint.at, type(touchpoint).activity
    front = episode.front if episode.front >= episode.started else 0
    if sorts_of(touchpoint) & (HELP_PAGE | ERROR_PAGE):
        return
    if front and activity == "asking" and split_spot(episode.front_spot)[0] != touchpoint.channel[:CHANNEL_CHARS]:
        return
    ctx.arrived = True
    if front and at - front <= WITHIN:
        ctx.passed = _count_front(ctx, GOT_ON)
    counted = UNCOUNTED if not front and activity != "asking" else KNOWN if journey.first_seen < episode.started else NEW
    episode.front, episode.front_as, episode.front_spot = at, counted, spot
    if counted != UNCOUNTED:
        _count(ctx, at, spot, CAME[counted])


def count_purchase(ctx: Context, touchpoint: Touchpoint) -> None:
    """Count that the customer got on by buying, if the purchase names no place: a place would tell it."""
    episode, at = ctx.journey.episode, touchpoint.at
    if not touchpoint.place and episode.started <= episode.front <= at <= episode.front + WITHIN:
        _count_front(ctx, GOT_ON)
        episode.front = 0


def count_asked(ctx: Context, at: int) -> None:
    """Count a contact after the customer came to a place: a second witness that something is wrong there."""
    if 0 <= at - ctx.journey.episode.front <= ASKED_WITHIN:
        _count_front(ctx, (ASKED, ASKED))


def _count_front(ctx: Context, names: tuple[tuple[str, ...], ...]) -> str:
    """Count something of the place that the customer came to last, in the hour in which they came. Return the place."""
    episode = ctx.journey.episode
    if episode.front_spot and episode.front_as != UNCOUNTED:
        _count(ctx, episode.front, episode.front_spot, names[episode.front_as])
    return episode.front_spot


def _count(ctx: Context, at: int, spot: str, names: tuple[str, ...]) -> None:
    hour = at // HOUR
    week = week_of(hour // 24)
    counts, name = ctx.partition.aggregates.step_row(week, spot).counts, names[hour - 24 * (7 * week - 3)]
    counts[name] = counts.get(name, 0) + 1
