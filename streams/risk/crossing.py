"""When a risk that nothing touches will be in another band.

Every summand moves one way only while nothing happens: a signal's fades, silence grows. Over a stretch of time the risk then lies between
the sum of their lower ends and that of their higher ones. Where both are in the same band, no crossing lies between; otherwise the stretch
is halved, the earlier half first. So no crossing is stepped over, in either direction, and nothing is polled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import fsum
from typing import NamedTuple

from schemas.durations import DAY
from streams.rules.bands import Borders

GRAIN = 500  # ms within which a crossing is found
AHEAD = 8 * DAY  # how far to look from a moment at which something has just happened
FORGOTTEN = 1_000 * DAY  # ms of silence after which nobody looks any more: whatever there was to cross is long crossed


class Summand(NamedTuple):
    """One part of the log-odds: its family, and its value at a time (ms UTC)."""

    family: str
    value: Callable[[int], float]


def ahead(at: int, since: int) -> int:
    """How far (ms UTC) to look at once from `at`, where nothing has happened since `since`."""
    return at + max(AHEAD, 2 * (at - since))


def band_of(values: Sequence[float], families: Sequence[str], borders: Borders) -> int:
    """The band at one moment, by the values of the summands there and the family of each."""
    raised = {family for family, value in zip(families, values, strict=True) if value > 0}
    return borders.band(fsum([borders.bias, *values]), len(raised))


def next_look(summands: Sequence[Summand], borders: Borders, at: int, until: int, since: int) -> int:
    """The next moment (ms UTC) worth looking at: the first one in another band, found to half a second; or, where none is near, one
    before which nothing crosses. 0: no crossing comes.

    `until` is when the last summand that fades is nothing (0: none fades for ever), `since` when something last happened: the longer ago,
    the farther it looks, so that a silent customer costs a few looks in all.
    """
    low = [one.value(at) for one in summands]
    end = ahead(at, since)
    if until:
        end = min(end, max(until, at + GRAIN))
    high = [one.value(end) for one in summands]
    crossed = _first(summands, borders, (at, low), (end, high))
    if crossed:
        return crossed
    return 0 if end == until or end - since > FORGOTTEN else end


Edge = tuple[int, list[float]]  # a moment, and the summands' values there


def _first(summands: Sequence[Summand], borders: Borders, low: Edge, high: Edge) -> int:
    """The first moment in another band than at `low`, up to and with `high`; 0: none."""
    families = [one.family for one in summands]
    here = band_of(low[1], families, borders)
    waiting = [(low, high)]
    while waiting:
        left, right = waiting.pop()
        if _same(families, borders, left[1], right[1], here):
            continue
        if right[0] - left[0] <= GRAIN:
            if band_of(right[1], families, borders) != here:
                return right[0]
            continue
        middle = (left[0] + right[0]) // 2
        edge = (middle, [one.value(middle) for one in summands])
        waiting += [(edge, right), (left, edge)]
    return 0


def _same(families: Sequence[str], borders: Borders, left: list[float], right: list[float], here: int) -> bool:
    """Whether the band is surely `here` all the way from left to right."""
    lows = [min(pair) for pair in zip(left, right, strict=True)]
    highs = [max(pair) for pair in zip(left, right, strict=True)]
    return band_of(lows, families, borders) == here == band_of(highs, families, borders)
