"""Paths: from which place or stage customers went to which, per channel and week, with the time in between.

A path of places has two consecutive places of one episode. A touchpoint at the same place again is no step. A partition keeps a
limited number of pairs apart; all others are counted as `other`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from schemas.durations import DAY, week_of
from schemas.outputs.insights import PathTaken
from streams.context import Context
from streams.insights.intervals import times_of
from streams.insights.naming import insight_id, monday_of
from streams.state import Journey, Visit
from streams.state.aggregates import CHANNEL_CHARS, OTHER, Aggregate, Aggregates, Key, is_own
from streams.state.histograms import add_to
from streams.state.place_row import Move, PlaceRow, split_spot


def count_move(ctx: Context, aggregates: Aggregates, row: PlaceRow, at: int) -> None:
    """Count the step from the place where the customer is to that of `row`, and how long they were there."""
    left = ctx.journey.episode.spot
    has_moved = ctx.journey.stage.since == ctx.at  # to another stage by this touchpoint: the place was left in the stage before
    if has_moved or (move := row.moves.get(left)) is None:
        move = _find_move(aggregates, row, left, stage_at_place(ctx), at)
        if not has_moved and is_own(move.key) and is_own(move.left):
            row.moves[left] = move
    else:
        changed = aggregates.changed
        changed.add(move.key)
        changed.add(move.left)
    add_to(move.histograms, (at - ctx.journey.episode.arrived) / 1000)


def _find_move(aggregates: Aggregates, row: PlaceRow, left: str, stage: str, at: int) -> Move:
    channel, place = split_spot(row.spot)
    from_channel, from_place = split_spot(left)
    pair = f"{from_place if from_channel == channel else f'{from_channel}:{from_place}'}>{place}"
    key, path = aggregates.found(("path", "place", str(row.week), channel, pair), seen=True)
    there = aggregates.place(at, from_channel, stage, from_place)
    return Move(key, there.key, (path.histogram("seconds"), there.aggregate.histogram("dwell")))


def stage_at_place(ctx: Context) -> str:
    """Return the stage in which the customer was at the place. This touchpoint itself may just have moved them to another one."""
    stage = ctx.journey.stage
    return stage.before if stage.since == ctx.at and stage.before else stage.name


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
