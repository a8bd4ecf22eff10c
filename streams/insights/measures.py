"""What the counts of a place amount to: every measure by name, with its count and interval. A measure nobody gave anything for is absent.

Shares are of all touchpoints (frictions), of customers (complaints, conversion), of frictions that ended (recovery) or of answers
(csat); means are on their scale: nps -100..100, ces 1..7 (higher is easier), gaps -1..1 of the scale, employee_score 0..1.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

from schemas.insights import Mean, Share
from streams.insights.intervals import Z, mean_of, share, times_of
from streams.rules.suggest import suggestion
from streams.state.aggregates import Aggregate

FRICTION = "friction:"  # before a detector's name, in a cell's counts


class Figure(NamedTuple):
    """A measure's value, how much it rests on, and its interval where there is one."""

    value: float
    of: int
    low: float | None = None
    high: float | None = None


def frictions(cell: Aggregate) -> dict[str, int]:
    """How many of each detector opened.

    >>> frictions(Aggregate({"volume": 9, "friction:dead_click": 2}))
    {'dead_click': 2}
    """
    return {name[len(FRICTION) :]: count for name, count in sorted(cell.counts.items()) if name.startswith(FRICTION)}


def _answers(cell: Aggregate, name: str) -> int:
    spread = cell.histograms.get(name)
    return spread.count if spread else 0


SHARES: Mapping[str, Callable[[Aggregate], tuple[int, int]]] = {  # how many, of how many
    "friction_rate": lambda cell: (sum(frictions(cell).values()), cell.counts.get("volume", 0)),
    "complaint_rate": lambda cell: (cell.counts.get("complaints", 0), cell.counts.get("customers", 0)),
    "recovery_rate": lambda cell: (cell.counts.get("resolved", 0), cell.counts.get("resolved", 0) + cell.counts.get("expired", 0)),
    "csat": lambda cell: (cell.counts.get("satisfied", 0), _answers(cell, "csat")),
    "conversion": lambda cell: (cell.counts.get("onward", 0), cell.counts.get("customers", 0)),
}
MEANS: Mapping[str, str] = {  # measure -> the spread it is the mean of
    "ces": "ces",
    "expectation_gap": "expectation_gap",
    "sacrifice_gap": "sacrifice_gap",
    "employee_score": "employee",
}


def shares(cell: Aggregate) -> dict[str, Share]:
    """Every rate that has something to be a rate of."""
    return {name: share(*counted) for name, count in SHARES.items() if (counted := count(cell))[1] > 0}


def means(cell: Aggregate) -> dict[str, Mean]:
    """Every mean of which there is a value."""
    found = {name: mean_of(spread) for name, of in MEANS.items() if (spread := cell.histograms.get(of))}
    return found | ({"nps": promoters} if (promoters := nps(cell)) else {})


def nps(cell: Aggregate) -> Mean | None:
    """Promoters less detractors, of a hundred who answered; the variance is that of +1, 0 and -1.

    >>> from streams.state.histograms import Histogram
    >>> found = nps(Aggregate({"promoters": 50, "detractors": 20}, {"nps": Histogram(count=100)}))
    >>> found.mean, round(found.low), round(found.high)
    (30.0, 15, 45)
    """
    if not (count := _answers(cell, "nps")):
        return None
    up, down = cell.counts.get("promoters", 0) / count, cell.counts.get("detractors", 0) / count
    half = Z * math.sqrt(max(0.0, up + down - (up - down) ** 2) / count)
    return Mean(count=count, mean=100 * (up - down), low=100 * max(-1.0, up - down - half), high=100 * min(1.0, up - down + half))


def figure(measure: str, cell: Aggregate) -> Figure | None:
    """The measure of this name, None where nothing was given for it."""
    if measure in SHARES:
        rate = share(*SHARES[measure](cell))
        return Figure(rate.rate, rate.of, rate.low, rate.high) if rate.of else None
    if measure in ("volume", "customers"):
        count = cell.counts.get(measure, 0)
        return Figure(count, count)
    if measure == "dwell":
        times = times_of(cell.histograms.get("dwell"))
        return Figure(times.median, times.count) if times else None
    mean = means(cell).get(measure)
    return Figure(mean.mean, mean.count, mean.low, mean.high) if mean else None


MEASURES: tuple[str, ...] = ("volume", "customers", *SHARES, "nps", *MEANS, "dwell")


def unknown_measure(name: str) -> str:
    """Why this is no measure, with the one that was probably meant; empty where it is one.

    >>> unknown_measure("csta")
    "there is no measure 'csta'; did you mean 'csat'?"
    >>> unknown_measure("nps")
    ''
    """
    if name in MEASURES:
        return ""
    return f"there is no measure {name!r}; {suggestion(name, MEASURES)}".removesuffix("; ")
