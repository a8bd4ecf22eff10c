"""The customer profile, as parts of a journey: expectations, promises to the customer, motives, ratings by our own people."""

from __future__ import annotations

from msgspec import field

from streams.state.journey.parts import Part

DIMENSIONS, PROMISES, RATINGS, PERIODS = 12, 12, 8, 13  # limits of a journey
CITED = 2  # ids kept as evidence per motive


class Dimension(Part):
    """One dimension of our service (delivery, price, staff ...): expected and perceived by this customer, from 0 (worst) to 1 (best)."""

    at: int = 0  # ms UTC of the latest expectation or perception
    expected: float | None = None
    stated: str = ""  # id of the touchpoint that stated the expectation; empty: it comes from experience
    wanted: float | None = None
    perceived: float | None = None
    gap: float = 0.0  # the latest gap: perceived - expected
    gaps: int = 0  # how many gaps were measured
    sacrifice: float = 0.0  # the latest sacrifice: wanted - accepted
    sacrifices: int = 0
    hygiene: bool | None = None  # as stated with the expectation; None: the blueprint decides


class Promise(Part):
    """A time by which we said that something would be done."""

    by: int  # ms UTC
    made: int  # ms UTC of the first promise
    evidence: str  # id of the touchpoint that promised


class Cohort(Part):
    """When a motive first stood out, and whether the customer became loyal after that."""

    quarter: int  # since 1970
    outcome: int = 0  # its index in streams.customer.value.cohorts.OUTCOMES


class Motives(Part):
    """What the customer's purchases showed of their motives. The counts are halved now and then, so that a customer may change."""

    name: str = ""  # the motive that stands out
    since: int = 0  # day (since 1970-01-01)
    counted: int = 0  # the number of all purchases when the latest was evaluated
    purchases: int = 0
    ways: int = 0  # purchases whose way (the looks before them) we could see
    sighted: bool = False  # product views are reported for this customer
    looks: int = 0  # product views and searches since the latest purchase
    read: int = 0  # contents read since then
    began: int = 0  # ms UTC of the first look since then
    shown: dict[str, int] = field(default_factory=dict)  # motive -> how often
    cited: dict[str, list[str]] = field(default_factory=dict)  # motive -> ids of the latest touchpoints that showed it
    cohorts: dict[int, Cohort] = field(default_factory=dict)  # motive (its index in streams.customer.value.cohorts.FOLLOWED) -> its cohort


class Rating(Part):
    """What our own people said of a place where they served this customer, from 0 (worst) to 1 (best)."""

    count: int
    mean: float
    at: int  # ms UTC
    remark: str = ""  # the latest kind of remark


def motive_share(motives: Motives, name: str) -> float:
    """Return how often this motive was shown, as a share (0..1) of the purchases that could have shown it.

    >>> motive_share(Motives(purchases=4, shown={"bargain": 3}), "bargain"), motive_share(Motives(), "impulse")
    (0.75, 0.0)
    """
    base = motives.purchases if name in ("bargain", "helper") else motives.ways
    return round(min(1.0, motives.shown.get(name, 0) / max(1, base)), 4)
