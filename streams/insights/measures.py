"""The metrics of a place, by name, each with its count and interval. A metric without any value is left out.

Shares are of all touchpoints (frictions), of customers (complaints, conversion), of frictions that ended (recovery), or of answers
(csat). Means are on their own scale: nps -100..100, ces 1..7 (higher is easier), gaps -1..1 of the scale, employee_score 0..1.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

from schemas.outputs.figures import Mean, Share
from streams.insights.intervals import Z, mean_of, share_of, times_of
from streams.rules.suggest import suggestion
from streams.state.aggregates import Aggregate

FRICTION = "friction:"  # before a detector's name, in the counts of an aggregate


class Figure(NamedTuple):
    """The value of a metric, the count behind it, and its interval if it has one."""

    value: float
    of: int
    low: float | None = None
    high: float | None = None


def frictions_by_detector(aggregate: Aggregate) -> dict[str, int]:
    """Return how many frictions each detector opened.

    >>> frictions_by_detector(Aggregate({"volume": 9, "friction:dead_click": 2}))
    {'dead_click': 2}
    """
    return {name[len(FRICTION) :]: count for name, count in sorted(aggregate.counts.items()) if name.startswith(FRICTION)}


def _answer_count(aggregate: Aggregate, name: str) -> int:
    histogram = aggregate.histograms.get(name)
    return histogram.count if histogram else 0


SHARES: Mapping[str, Callable[[Aggregate], tuple[int, int]]] = {  # metric -> (how many, of how many)
    "friction_rate": lambda row: (sum(frictions_by_detector(row).values()), row.counts.get("volume", 0)),
    "complaint_rate": lambda row: (row.counts.get("complaints", 0), row.counts.get("customers", 0)),
    "recovery_rate": lambda row: (row.counts.get("resolved", 0), row.counts.get("resolved", 0) + row.counts.get("expired", 0)),
    "csat": lambda row: (row.counts.get("satisfied", 0), _answer_count(row, "csat")),
    "conversion": lambda row: (row.counts.get("onward", 0), row.counts.get("customers", 0)),
}
MEANS: Mapping[str, str] = {  # metric -> the histogram whose mean it is
    "ces": "ces",
    "expectation_gap": "expectation_gap",
    "sacrifice_gap": "sacrifice_gap",
    "employee_score": "employee",
}


def shares(aggregate: Aggregate) -> dict[str, Share]:
    """Return every rate whose denominator is not 0."""
    return {name: share_of(*counted) for name, count in SHARES.items() if (counted := count(aggregate))[1] > 0}


def means(aggregate: Aggregate) -> dict[str, Mean]:
    """Return every mean that has a value."""
    found = {name: mean_of(histogram) for name, of in MEANS.items() if (histogram := aggregate.histograms.get(of))}
    return found | ({"nps": promoters} if (promoters := nps(aggregate)) else {})


def nps(aggregate: Aggregate) -> Mean | None:
    """Return the net promoter score: promoters minus detractors per hundred answers. The variance is that of +1, 0 and -1.

    >>> from streams.state.histograms import Histogram
    >>> found = nps(Aggregate({"promoters": 50, "detractors": 20}, {"nps": Histogram(count=100)}))
    >>> found.mean, round(found.low), round(found.high)
    (30.0, 15, 45)
    """
    if not (count := _answer_count(aggregate, "nps")):
        return None
    up, down = aggregate.counts.get("promoters", 0) / count, aggregate.counts.get("detractors", 0) / count
    half = Z * math.sqrt(max(0.0, up + down - (up - down) ** 2) / count)
    return Mean(count=count, mean=100 * (up - down), low=100 * max(-1.0, up - down - half), high=100 * min(1.0, up - down + half))


def figure(measure: str, aggregate: Aggregate) -> Figure | None:
    """Return the metric of this name; None if there is no value for it."""
    if measure in SHARES:
        rate = share_of(*SHARES[measure](aggregate))
        return Figure(rate.rate, rate.of, rate.low, rate.high) if rate.of else None
    if measure in ("volume", "customers"):
        count = aggregate.counts.get(measure, 0)
        return Figure(count, count)
    if measure == "dwell":
        times = times_of(aggregate.histograms.get("dwell"))
        return Figure(times.median, times.count) if times else None
    mean = means(aggregate).get(measure)
    return Figure(mean.mean, mean.count, mean.low, mean.high) if mean else None


MEASURES: tuple[str, ...] = ("volume", "customers", *SHARES, "nps", *MEANS, "dwell")


def unknown_measure(name: str) -> str:
    """Return why this name is no metric, with the one that was probably meant. The text is empty if it is one.

    >>> unknown_measure("csta")
    "there is no measure 'csta'; did you mean 'csat'?"
    >>> unknown_measure("nps")
    ''
    """
    if name in MEASURES:
        return ""
    return f"there is no measure {name!r}; {suggestion(name, MEASURES)}".removesuffix("; ")
