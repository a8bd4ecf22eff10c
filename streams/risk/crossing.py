"""When the risk crosses into another band while nothing happens.

Every summand moves in one direction only while nothing happens: a signal fades, a silence grows. So over a span of time the risk is
between two sums: of all lower ends, and of all higher ends. If both are in the same band, there is no crossing in the span. Otherwise
the span is halved, and the earlier half is searched first. So no crossing is missed, in either direction, and nothing is polled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from schemas.durations import DAY
from streams.rules.bands import Borders

GRAIN = 500  # ms: how exactly a crossing is found
AHEAD = 8 * DAY  # ms that a search reaches from a time at which something has just happened
FORGOTTEN = 1_000 * DAY  # ms of silence after which the search ends: every crossing is long past


class Summand(NamedTuple):
    """One part of the log-odds: its family, and its value at a time (ms UTC)."""

    family: str
    value: Callable[[int], float]


def look_until(at: int, since: int) -> int:
    """Return how far (ms UTC) one search reaches from `at`, if nothing has happened since `since`."""
    return at + max(AHEAD, 2 * (at - since))


def band_of(values: Sequence[float], families: Sequence[str], borders: Borders) -> int:
    """Return the band at one time, from the values of the summands then and the family of each."""
    reached = borders.reached(values)
    if reached < 2 or not borders.two_families:  # most often, and then nobody asks for the families
        return reached
    raised = {family for family, value in zip(families, values, strict=True) if value > 0}
    return reached if len(raised) >= 2 else 1


def next_check(summands: Sequence[Summand], borders: Borders, at: int, until: int, since: int) -> int:
    """Return the next time (ms UTC) at which the band must be computed again; 0: no crossing comes.

    It is the first time in another band, exact to half a second. If none is near, it is a time before which nothing crosses.

    `until` is when the last fading summand becomes 0 (0: some summand never fades). `since` is when something last happened. The
    longer ago that was, the farther one search reaches. So a silent customer costs only a few searches in all.
    """
    low = [one.value(at) for one in summands]
    end = look_until(at, since)
    if until:
        end = min(end, max(until, at + GRAIN))
    high = [one.value(end) for one in summands]
    crossed = _first_crossing(summands, borders, (at, low), (end, high))
    if crossed:
        return crossed
    return 0 if end == until or end - since > FORGOTTEN else end


Edge = tuple[int, list[float]]  # a time, and the summands' values then


def _first_crossing(summands: Sequence[Summand], borders: Borders, low: Edge, high: Edge) -> int:
    """Return the first time in another band than at `low`, up to and including `high`; 0: none."""
    families = [one.family for one in summands]
    here = band_of(low[1], families, borders)
    waiting = [(low, high)]
    while waiting:
        left, right = waiting.pop()
        if _stays_in_band(families, borders, left[1], right[1], here):
            continue
        if right[0] - left[0] <= GRAIN:
            if band_of(right[1], families, borders) != here:
                return right[0]
            continue
        middle = (left[0] + right[0]) // 2
        edge = (middle, [one.value(middle) for one in summands])
        waiting += [(edge, right), (left, edge)]
    return 0


def _stays_in_band(families: Sequence[str], borders: Borders, left: list[float], right: list[float], here: int) -> bool:
    """Return whether the band is certain to be `here` all the way from left to right."""
    lows, highs = [], []
    for one, other in zip(left, right, strict=True):
        lows.append(one if one < other else other)
        highs.append(other if one < other else one)
    return band_of(lows, families, borders) == here == band_of(highs, families, borders)
