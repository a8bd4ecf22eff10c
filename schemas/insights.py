"""What was found out over all customers: measures, missed targets, moments of truth, paths, surges, tiers and who was won for good.

Each record has an id that says what it is about, so the newest of an id is the truth and publishing one twice is harmless. Every rate
and mean carries its count and a 95 % interval.
"""

from __future__ import annotations

import functools
import operator
from typing import Any, ClassVar, Literal

import msgspec

from schemas.topics import INSIGHTS
from schemas.touchpoints.base import snake_case


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """So many of so many, with the interval (Wilson, 95 %) of the rate."""

    count: int
    of: int
    rate: float
    low: float
    high: float


class Mean(msgspec.Struct, frozen=True, kw_only=True):
    """The mean of so many values, with its interval (normal, 95 %); one value alone has none."""

    count: int
    mean: float
    low: float | None = None
    high: float | None = None


class Times(msgspec.Struct, frozen=True, kw_only=True):
    """How long things took, in seconds; quantiles to within a sixth."""

    count: int
    mean: float
    median: float
    p90: float


class Insight(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag=snake_case):
    """One record about many customers; `week` is the date of its Monday."""

    topic: ClassVar[str] = INSIGHTS

    id: str


class PlaceMeasured(Insight, frozen=True, kw_only=True):
    """One place in one week, for customers in one stage. A measure nobody gave anything for is absent."""

    week: str
    channel: str
    stage: str
    place: str
    owner: str = ""
    volume: int = 0  # touchpoints
    customers: int = 0
    frictions: dict[str, Share] = {}  # by detector, per touchpoint there
    shares: dict[str, Share] = {}  # friction_rate, complaint_rate, recovery_rate, csat, conversion
    means: dict[str, Mean] = {}  # nps, ces, expectation_gap, sacrifice_gap, employee_score
    dwell: Times | None = None  # at the place, until the next one


class TargetMissed(Insight, frozen=True, kw_only=True):
    """A measure of a week is not what the blueprint wants it to be."""

    measure: str
    week: str
    channel: str
    stage: str
    place: str  # `*`: all together
    owner: str
    value: float
    at_least: float | None = None
    at_most: float | None = None
    by: float  # how far off, in the measure's own unit
    count: int  # what the value rests on
    low: float | None = None
    high: float | None = None
    surely: bool  # the whole interval misses it


class MomentOfTruthRanked(Insight, frozen=True, kw_only=True):
    """A place where friction goes with customers leaving later. `basis` says what the difference is worth: an association."""

    rank: int
    channel: str
    place: str
    owner: str = ""
    friction: Share  # customers hurt there, of all who came
    lapse_with: Share  # who lapsed, of those who were hurt there
    lapse_without: Share  # of those who were not
    difference: float
    low: float  # interval (Newcombe, 95 %) of the difference
    high: float
    clear: bool  # the interval lies above 0
    value: float  # spend of the hurt when it hurt, mean, minor units
    per_visitor: float  # friction rate x difference x value: what is at stake for each who comes
    at_stake: float  # for all who came
    basis: Literal["association"] = "association"


class PathTaken(Insight, frozen=True, kw_only=True):
    """How often customers came from one place, or stage, straight to another; `start` and `end` are empty for all other pairs."""

    sort: Literal["place", "stage"]
    week: str
    channel: str
    start: str
    end: str
    times: Times


class SurgeRaised(Insight, frozen=True, kw_only=True):
    """F43: frictions of one detector on one channel are far more frequent than usual at this time of the week."""

    detector: str = "friction_surge"
    of: str  # the detector that jumped, or `payment>order`: payments without an order
    channel: str
    day: str  # date, UTC
    since: str  # RFC 3339: the end of the hour in which it was first beyond the limits
    openings: int  # of the day, up to `until`
    until: str
    exposures: int  # touchpoints of the activities in which it can happen
    expected: float
    beyond: float  # standard deviations
    rate: float
    usual: float
    weeks: int  # how many earlier weeks it was held against
    severity: int
    owner: str = ""
    limits: dict[str, float]
    words: str


class BaselineSettled(Insight, frozen=True, kw_only=True):
    """What is usual was published to the journeys, for one detector that judges against a norm."""

    detector: str
    version: int
    keys: int
    count: int  # values it rests on


class Tier(msgspec.Struct, frozen=True, kw_only=True):
    """One tier of customers by what they have been worth."""

    least: int | None  # minor units of past value from which one belongs; None: whatever it is
    customers: Share  # of all who have bought
    past: int  # what they have brought, minor units
    brings: float  # the same as a share of what all have, 0..1


class TiersSettled(Insight, frozen=True, kw_only=True):
    """Where the tiers of customers begin: the best fifth, the better half, the rest; and what each has brought."""

    customers: int  # who have bought
    past: int  # what they have brought, minor units: margin where it is told, else spend; less refunds
    a_day: float  # of that for a day on which somebody buys, mean
    tiers: dict[str, Tier]  # top, middle, base


class MotiveFollowed(Insight, frozen=True, kw_only=True):
    """Of the customers whose motive first stood out in a quarter, whatever became of it: how many came to the loyal rung later."""

    quarter: str  # calendar quarter, UTC: 2026-Q1
    motive: str  # bargain, impulse
    won: Share  # of everybody who ever had the motive
    already: int  # of these: loyal when it first stood out, so that nobody had to win them
    won_of_others: Share  # of all but these


KINDS: tuple[type[Insight], ...] = (
    PlaceMeasured, TargetMissed, MomentOfTruthRanked, PathTaken, SurgeRaised, BaselineSettled, TiersSettled, MotiveFollowed,
)  # fmt: skip
ANY_INSIGHT: Any = functools.reduce(operator.or_, KINDS)  # their union, as msgspec's decoders take it
