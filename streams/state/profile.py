"""What a journey shows of the customer behind it: expectations, promises made to them, motives, what our own people say.

The parts of a journey that make up its portrait; all others stand in `streams.state`.
"""

from __future__ import annotations

from msgspec import field

from streams.state.parts import Part

DIMENSIONS, PROMISES, RATINGS, PERIODS = 12, 12, 8, 13  # how many of each a journey keeps
CITED = 2  # ids kept per motive


class Dimension(Part):
    """One side of us (delivery, price, staff ...) as this customer expects and found it; on scales of 0 (worst) to 1 (best)."""

    at: int = 0  # ms UTC of the latest expectation or perception
    expected: float | None = None
    stated: str = ""  # id of the touchpoint in which it was said; empty: they are used to it
    wanted: float | None = None
    perceived: float | None = None
    gap: float = 0.0  # the latest: perceived - expected
    gaps: int = 0  # how many were measured
    sacrifice: float = 0.0  # the latest: wanted - settled for
    sacrifices: int = 0
    hygiene: bool | None = None  # as said with the expectation; None: the blueprint says


class Promise(Part):
    """A moment by which we said something would be done."""

    by: int  # ms UTC
    made: int  # ms UTC, the first time
    evidence: str  # id of the touchpoint that promised


class Cohort(Part):
    """When a motive first stood out, and whether the customer was won for good after it."""

    quarter: int  # since 1970
    outcome: int = 0  # its place in streams.customer.value.cohorts.OUTCOMES


class Motives(Part):
    """What purchases showed of the motives behind them; halved now and then, so that a customer may change."""

    name: str = ""  # the motive that stands out
    since: int = 0  # day (since 1970-01-01)
    counted: int = 0  # purchases ever, when the latest was looked at
    purchases: int = 0
    ways: int = 0  # purchases of which we saw how they came about
    sighted: bool = False  # looking around is reported of this customer
    looks: int = 0  # products looked at and searches since the latest purchase
    read: int = 0  # content read since then
    began: int = 0  # ms UTC of the first look since then
    shown: dict[str, int] = field(default_factory=dict)  # motive -> how often
    cited: dict[str, list[str]] = field(default_factory=dict)  # motive -> ids of the latest touchpoints that showed it
    cohorts: dict[int, Cohort] = field(
        default_factory=dict
    )  # motive (its place in streams.customer.value.cohorts.FOLLOWED) -> when it came


class Rating(Part):
    """What our own people said of a place where they served this customer; 0 (worst) to 1 (best)."""

    count: int
    mean: float
    at: int  # ms UTC
    remark: str = ""  # the latest kind of remark


def share(motives: Motives, name: str) -> float:
    """How often this motive was shown, as a share of the purchases that could have shown it, 0..1.

    >>> share(Motives(purchases=4, shown={"bargain": 3}), "bargain"), share(Motives(), "impulse")
    (0.75, 0.0)
    """
    base = motives.purchases if name in ("bargain", "helper") else motives.ways
    return round(min(1.0, motives.shown.get(name, 0) / max(1, base)), 4)
