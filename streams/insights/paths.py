"""Paths: from which place or stage customers went to which, per channel and week, with the time in between.

A path of places has two consecutive places of one episode. A touchpoint at the same place again is no step. A partition keeps a
limited number of pairs apart; all others are counted as `other`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from schemas.durations import DAY, week_of
from schemas.outputs.insights import PathTaken
from schemas.touchpoints.base import Touchpoint
from streams.insights.intervals import times_of
from streams.insights.naming import insight_id, monday_of
from streams.state import Journey, Visit
from streams.state.aggregates import CHANNEL_CHARS, NAME_CHARS, OTHER, Aggregate, Aggregates, Key


class Step(NamedTuple):
    """A step of the customer from one place to another."""

    channel: str
    place: str
    seconds: float  # from the arrival there to the arrival at the next place


def spot_of(channel: str, place: str) -> str:
    """Return channel and place as one name, cut to the length that aggregates keep.

    >>> split_spot(spot_of("call centre", "queue/orders"))
    ('call centre', 'queue/orders')
    """
    return f"{channel[:CHANNEL_CHARS]}\t{place[:NAME_CHARS]}"


def split_spot(spot: str) -> tuple[str, str]:
    """Return the channel and the place of such a name."""
    channel, _, place = spot.partition("\t")
    return channel, place


def count_step(aggregates: Aggregates, journey: Journey, touchpoint: Touchpoint, spot: str) -> Step | None:
    """Note that the customer is at `spot`, the touchpoint's place. Count and return the step that led there; None if it is no step."""
    episode, at = journey.episode, touchpoint.at
    left, came = episode.spot, episode.arrived
    within = came >= episode.started
    if left == spot and within:
        return None
    episode.spot, episode.arrived = spot, at
    if not left or not within:
        return None
    channel, place = split_spot(left)
    start = place if channel == touchpoint.channel else f"{channel}:{place}"
    seconds = (at - came) / 1000
    pair = f"{start}>{touchpoint.place[:NAME_CHARS]}"
    aggregates.row(("path", "place", str(week_of(at // DAY)), touchpoint.channel, pair), seen=True).add_value("seconds", seconds)
    return Step(channel, place, seconds)


def count_stage_path(aggregates: Aggregates, at: int, channel: str, left: str, to: str, dwell_s: float) -> None:
    """Count a move from one stage to another at this time (ms UTC)."""
    aggregates.row(("path", "stage", str(week_of(at // DAY)), channel, f"{left}>{to}")).add_value("seconds", dwell_s)


def current_place(journey: Journey) -> tuple[str, str, Visit] | None:
    """Return where the customer is in this episode (channel, place, visit); None if that is not known."""
    episode = journey.episode
    if not episode.spot or episode.arrived < episode.started or (visit := journey.places.get(episode.spot)) is None:
        return None
    return *split_spot(episode.spot), visit


def where_of(journey: Journey, channel: str, place: str) -> tuple[str, str]:
    """Return channel and place. What names no place happened where the customer is, if that is on the same channel.

    >>> from streams.replay import Replay
    >>> from streams.story import story
    >>> journey = Replay().run(story("0 web page_viewed page=/pay")).journeys["c1"]
    >>> where_of(journey, "web", ""), where_of(journey, "call", ""), where_of(journey, "web", "/shop")
    (('web', '/pay'), ('call', ''), ('web', '/shop'))
    """
    if not place and (last := current_place(journey)) and last[0] == channel[:CHANNEL_CHARS]:
        return channel, last[1]
    return channel, place


def paths_taken(totals: Mapping[Key, Aggregate]) -> Iterator[PathTaken]:
    """Return every path that was counted."""
    for key, aggregate in totals.items():
        if key[0] == "path" and (times := times_of(aggregate.histograms.get("seconds"))):
            _, sort, week, channel, pair = key
            start, _, end = pair.partition(">") if pair != OTHER else ("", "", "")
            yield PathTaken(
                id=insight_id("path", *key[1:]), sort="stage" if sort == "stage" else "place", week=monday_of(int(week)), channel=channel,
                start=start, end=end, times=times,
            )  # fmt: skip
