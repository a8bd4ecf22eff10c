"""Paths: which place, or stage, customers came to after which, per channel and week, with the time in between.

Of places, consecutive ones of one episode; a touchpoint at the same place again is no step. Bounded: a partition tells so many pairs
apart, the rest is `other`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from schemas.durations import DAY, week_of
from schemas.insights import PathTaken
from schemas.touchpoints.base import Touchpoint
from streams.insights.intervals import times_of
from streams.insights.naming import monday_of, named
from streams.state import Journey, Visit
from streams.state.aggregates import CHANNEL_CHARS, NAME_CHARS, OTHER, Aggregate, Aggregates, Key


class Step(NamedTuple):
    """The customer left a place for another one."""

    channel: str
    place: str
    seconds: float  # spent there, to the arrival at the next


def spot_of(channel: str, place: str) -> str:
    """A place and its channel as one name, as far as cells tell them apart.

    >>> parted(spot_of("call centre", "queue/orders"))
    ('call centre', 'queue/orders')
    """
    return f"{channel[:CHANNEL_CHARS]}\t{place[:NAME_CHARS]}"


def parted(spot: str) -> tuple[str, str]:
    """Channel and place of that name."""
    channel, _, place = spot.partition("\t")
    return channel, place


def walked(cells: Aggregates, journey: Journey, touchpoint: Touchpoint, spot: str) -> Step | None:
    """The customer is at the touchpoint's place, `spot`: the step that led there, where it is one."""
    episode, at = journey.episode, touchpoint.at
    left, came = episode.spot, episode.arrived
    within = came >= episode.started
    if left == spot and within:
        return None
    episode.spot, episode.arrived = spot, at
    if not left or not within:
        return None
    channel, place = parted(left)
    start = place if channel == touchpoint.channel else f"{channel}:{place}"
    seconds = (at - came) / 1000
    cells.row(("path", "place", str(week_of(at // DAY)), touchpoint.channel, f"{start}>{touchpoint.place[:NAME_CHARS]}")).add_value(
        "seconds", seconds
    )
    return Step(channel, place, seconds)


def moved(cells: Aggregates, at: int, channel: str, left: str, to: str, dwell_s: float) -> None:
    """The customer left a stage for another one, at this moment (ms UTC)."""
    cells.row(("path", "stage", str(week_of(at // DAY)), channel, f"{left}>{to}")).add_value("seconds", dwell_s)


def latest(journey: Journey) -> tuple[str, str, Visit] | None:
    """Where the customer is in this episode: channel, place, visit; None where that is not known."""
    episode = journey.episode
    if not episode.spot or episode.arrived < episode.started or (visit := journey.places.get(episode.spot)) is None:
        return None
    return *parted(episode.spot), visit


def taken(totals: Mapping[Key, Aggregate]) -> Iterator[PathTaken]:
    """Every path there is a count of."""
    for key, cell in totals.items():
        if key[0] == "path" and (times := times_of(cell.histograms.get("seconds"))):
            _, sort, week, channel, pair = key
            start, _, end = pair.partition(">") if pair != OTHER else ("", "", "")
            yield PathTaken(
                id=named("path", *key[1:]), sort="stage" if sort == "stage" else "place", week=monday_of(int(week)), channel=channel,
                start=start, end=end, times=times,
            )  # fmt: skip
