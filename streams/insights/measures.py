"""The metrics of a place, by name, each with its count and interval. A metric without any value is left out.

DEFINITIONS says what each rate is of. Means are on their own scale: nps -100..100, ces 1..7 (higher is easier), gaps -1..1 of the scale,
employee_score 0..1.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

from schemas.outputs.figures import FrictionCounted, Mean, Share
from streams.insights.harm import meetings
from streams.insights.harm.names import ANY, CAME, CARTS, CONTACTS, EXPOSED, FRICTION, KEPT, MET, MISSED, STEP_NAMES, TOOK, WENT, WITH
from streams.insights.intervals import Z, mean_of, share_of, times_of
from streams.rules.suggest import suggestion
from streams.state.aggregates import Aggregate


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


def frictions_counted(aggregate: Aggregate) -> dict[str, FrictionCounted]:
    """Return what was counted of each friction.

    >>> found = frictions_counted(Aggregate({"visits": 9, "friction:dead_click": 4, "visits_with:dead_click": 2, "met:dead_click:0": 1}))
    >>> found["dead_click"].opened, found["dead_click"].hit, found["dead_click"].of, found["dead_click"].customers
    (4, 2, 9, {'0': 1})
    """
    exposed = {name[len(EXPOSED) :] for name in aggregate.counts if name.startswith(EXPOSED)}
    opened = frictions_by_detector(aggregate)
    return {name: _friction_counted(aggregate.counts, name, opened.get(name, 0)) for name in sorted(exposed | opened.keys())}


def _friction_counted(counts: Mapping[str, int], name: str, opened: int) -> FrictionCounted:
    is_due = f"{EXPOSED}{name}" in counts or f"{MISSED}{name}" in counts
    carts, kept = counts.get(f"{CARTS}{name}", 0), counts.get(f"{KEPT}{name}", 0)
    worth = {code[len(CARTS) + len(name) + 1 :]: value for code, value in counts.items() if code.startswith(f"{CARTS}{name}:")}
    return FrictionCounted(
        opened=opened, of_what="matters" if is_due else "visits",
        hit=counts.get(f"{MISSED if is_due else WITH}{name}", 0), of=counts.get(f"{EXPOSED}{name}" if is_due else "visits", 0),
        customers=weeks_told(counts, f"{MET}{name}:"), carts=carts, carts_left=carts - kept,
        left={code: value - counts.get(f"{KEPT}{name}:{code}", 0) for code, value in sorted(worth.items())},
        contacts=counts.get(f"{CONTACTS}{name}", 0),
    )  # fmt: skip


def weeks_told(counts: Mapping[str, int], prefix: str) -> dict[str, int]:
    """Return the customers by the weeks since they came, or met it, before, as insights tell them."""
    return {str(ago): count for ago, count in meetings.by_weeks(counts, prefix).items()}


def steps(aggregate: Aggregate) -> dict[str, Share]:
    """Return, for each step towards an order, the share that the next step followed."""
    counts = aggregate.counts
    return {name: share_of(counts.get(f"{WENT}{name}", 0), took) for name in STEP_NAMES if (took := counts.get(f"{TOOK}{name}", 0))}


def _hurt(row: Aggregate) -> tuple[int, int]:
    hurt, came = (sum(meetings.by_weeks(row.counts, prefix).values()) for prefix in (f"{MET}{ANY}:", CAME))
    return hurt, came


def _answer_count(aggregate: Aggregate, name: str) -> int:
    histogram = aggregate.histograms.get(name)
    return histogram.count if histogram else 0


SHARES: Mapping[str, Callable[[Aggregate], tuple[int, int]]] = {  # metric -> (how many, of how many)
    "friction_rate": lambda row: (row.counts.get(f"{WITH}{ANY}", 0), row.counts.get("visits", 0)),
    "hurt_rate": _hurt,
    "complaint_rate": lambda row: (row.counts.get("complaints", 0), row.counts.get("customers", 0)),
    "recovery_rate": lambda row: (row.counts.get("resolved", 0), row.counts.get("resolved", 0) + row.counts.get("expired", 0)),
    "csat": lambda row: (row.counts.get("satisfied", 0), _answer_count(row, "csat")),
    "conversion": lambda row: (row.counts.get(f"{WENT}checkout>order", 0), row.counts.get(f"{TOOK}checkout>order", 0)),
}
DEFINITIONS: Mapping[str, str] = {  # rate -> what it is of, as a phrase that follows "share of"
    "friction_rate": "visits in which a friction opened",
    "hurt_rate": "customers of the week who met a friction",
    "complaint_rate": "customers of the week who complained",
    "recovery_rate": "frictions that ended because they were resolved",
    "csat": "answers that are satisfied (the two best of five)",
    "conversion": "checkouts that an order followed within 7 days",
    "product>cart": "visits with a product viewed that a cart followed within 7 days",
    "cart>checkout": "carts that the checkout followed within 7 days",
    "checkout>order": "checkouts that an order followed within 7 days",
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
