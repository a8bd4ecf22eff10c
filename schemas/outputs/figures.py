"""Figures as insights tell them: a rate and a mean, each with its count and a 95 % interval, how long things took, and tiers."""

from __future__ import annotations

import msgspec


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """A rate: `count` of `of`, with its 95 % Wilson interval."""

    count: int  # how many
    of: int  # of how many
    rate: float  # count / of, 0..1
    low: float  # lower end of the interval, 0..1
    high: float  # upper end of the interval, 0..1


class FrictionCounted(msgspec.Struct, frozen=True, kw_only=True):
    """One friction at one place in one week. Counts of several weeks and stages may be added up; their rate is `hit / of`."""

    opened: int  # how often it opened
    of_what: str  # what `of` counts: `visits` to the place; for what should happen by a time `matters`, as promised parcels
    hit: int = 0  # visits in which it opened, each once; of matters: how many it befell
    of: int = 0  # visits, or matters
    customers: dict[str, int] = {}  # weeks since these customers met it here before (0: never) -> customers, each once a week
    carts: int = 0  # open carts whose customers met it: each counts for the first friction
    carts_left: int = 0  # of these, carts that no order has followed so far
    left: dict[str, int] = {}  # currency -> what those are worth, minor units
    contacts: int = 0  # contacts within 2 days after it


class Mean(msgspec.Struct, frozen=True, kw_only=True):
    """A mean of `count` values, with its 95 % interval (normal). A single value has no interval."""

    count: int  # how many values
    mean: float  # in the unit of the values
    low: float | None = None  # lower end of the interval, in the same unit; None: one value
    high: float | None = None  # upper end of the interval, in the same unit; None: one value


class Times(msgspec.Struct, frozen=True, kw_only=True):
    """How long things took, in seconds. Quantiles are exact to within a sixth."""

    count: int  # how many durations
    mean: float  # seconds
    median: float  # seconds
    p90: float  # seconds: nine of ten took no longer


class Tier(msgspec.Struct, frozen=True, kw_only=True):
    """One tier of customers by their value so far."""

    least: int | None  # past value from which a customer belongs, minor units; None: every customer
    customers: Share  # customers in the tier, of all who have bought
    past: int  # what they have brought, minor units
    brings: float  # the same as a share of what all have brought, 0..1
