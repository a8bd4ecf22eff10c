"""Insights: records about many customers. Metrics, missed targets, moments of truth, paths, surges, purchases, customer tiers, motives.

The id of an insight says what it is about. So the newest record of an id holds, and publishing one twice is harmless. Every rate and mean
carries its count and a 95 % interval.
"""

from __future__ import annotations

import functools
import operator
from typing import Any, Literal

from schemas.outputs.alarms import StepBlocked, SurgeRaised
from schemas.outputs.figures import FrictionCounted, Mean, Share, Tier, Times
from schemas.outputs.insight import Insight

__all__ = ["ANY_INSIGHT", "KINDS", "Insight", "StepBlocked", "SurgeRaised"]


class PlaceMeasured(Insight, frozen=True, kw_only=True):
    """The metrics of one place in one week, for customers in one stage. A metric without any value is absent."""

    week: str  # date of its Monday, UTC
    channel: str  # where it happened
    stage: str  # stage of the journey that the customers were in
    place: str  # where in the channel
    owner: str = ""  # role that answers for the place; empty: none
    volume: int = 0  # touchpoints
    customers: int = 0  # customers who came, in this stage
    visits: int = 0  # a visit ends with a long silence there (the blueprint's `episode_silence_ms`)
    came: dict[str, int] = {}  # weeks since these customers came before (0: never) -> customers, each once a week
    hurt: dict[str, int] = {}  # weeks since these customers met any friction here before (0: never) -> customers, each once a week
    first_hurt: dict[str, int] = {}  # the same for customers whose first friction of the week, at any place, was here
    frictions: dict[str, FrictionCounted] = {}  # by detector
    steps: dict[str, Share] = {}  # `cart>checkout`: carts here that the checkout followed within 7 days; also product>cart, checkout>order
    shares: dict[str, Share] = {}  # friction_rate, hurt_rate, complaint_rate, recovery_rate, csat, conversion
    means: dict[str, Mean] = {}  # nps, ces, expectation_gap, sacrifice_gap, employee_score
    dwell: Times | None = None  # at the place, until the next one


class ChannelMeasured(Insight, frozen=True, kw_only=True):
    """What customers did on one channel in one week, wherever it was: also what names no place, as a till's purchases."""

    week: str  # date of its Monday, UTC
    channel: str  # where it happened; empty: not told
    volume: int  # touchpoints
    activities: dict[str, int]  # activity (browsing, buying ...) -> touchpoints


class TargetMissed(Insight, frozen=True, kw_only=True):
    """A metric of one week misses the target that the blueprint sets for it."""

    measure: str  # name of the metric
    week: str  # date of its Monday, UTC
    channel: str  # where it was measured
    stage: str  # stage of the journey that the customers were in
    place: str  # where in the channel; `*`: all places together
    owner: str  # role that answers for the place
    value: float  # in the metric's own unit
    at_least: float | None = None  # the target, in the metric's own unit; None: there is no lower one
    at_most: float | None = None  # the target, in the metric's own unit; None: there is no upper one
    by: float  # distance to the target, in the metric's own unit
    count: int  # how many values or cases the metric rests on
    low: float | None = None  # lower end of the metric's 95 % interval; None: there is none
    high: float | None = None  # upper end of the metric's 95 % interval; None: there is none
    surely: bool  # the whole interval misses the target


class MomentOfTruthRanked(Insight, frozen=True, kw_only=True):
    """A place where customers who met friction leave more often later. `basis` says that the difference is an association."""

    rank: int  # 1: most is at stake for each who comes
    channel: str  # where it happened
    place: str  # where in the channel
    owner: str = ""  # role that answers for the place; empty: none
    friction: Share  # customers who met friction there, of all who came
    lapse_with: Share  # customers who lapsed, of those who met friction there
    lapse_without: Share  # customers who lapsed, of those who did not
    difference: float  # of the two rates, -1..1
    low: float  # lower end of the difference's 95 % interval (Newcombe)
    high: float  # upper end of the difference's 95 % interval
    clear: bool  # the interval lies above 0
    value: float  # mean spend of customers when they met friction, minor units
    per_visitor: float  # friction rate x difference x value, minor units: what is at stake for each who comes
    at_stake: float  # the same for all who came, minor units
    currency: str = ""  # ISO 4217 of all amounts; empty: no purchase has named one
    basis: Literal["association"] = "association"  # what the difference is: not proof of a cause


class PathTaken(Insight, frozen=True, kw_only=True):
    """How often customers came straight from one place, or stage, to another, and how long it took.

    A record with empty `start` and `end` counts all other pairs together.
    """

    sort: Literal["place", "stage"]  # what `start` and `end` are
    week: str  # date of its Monday, UTC
    channel: str  # where it happened
    start: str  # place or stage that the customers left
    end: str  # place or stage that they came to
    times: Times  # how often, and how many seconds later


class BaselineSettled(Insight, frozen=True, kw_only=True):
    """A norm was published to the journeys, for one detector that compares with what is usual."""

    detector: str  # name of the detector
    version: int  # of two versions the newer holds
    keys: int  # how many keys have a norm: pages, intents, pairs of steps ...
    count: int  # how many values the norms rest on


class TiersSettled(Insight, frozen=True, kw_only=True):
    """The borders of the customer tiers (the best fifth, the better half, the rest), and what each tier has brought."""

    customers: int  # customers who have bought
    past: int  # what they have brought, minor units: margin if it is reported, else spend; less refunds
    a_day: float  # mean of that on a day on which a customer buys, minor units
    tiers: dict[str, Tier]  # top, middle, base
    currency: str = ""  # ISO 4217 of all amounts; empty: no purchase has named one. Customers of other currencies are not included


class MotiveFollowed(Insight, frozen=True, kw_only=True):
    """How many customers of one motive and quarter reached the loyal level (rung) later.

    It counts every customer whose motive first stood out in that quarter, whatever became of the motive.
    """

    quarter: str  # calendar quarter, UTC: 2026-Q1
    motive: str  # bargain, impulse
    won: Share  # customers who became loyal, of all who ever had the motive
    already: int  # of these, customers who were loyal already when it first stood out
    won_of_others: Share  # customers who became loyal, of all but these


class PurchasesMeasured(Insight, frozen=True, kw_only=True):
    """What known customers have bought so far, for one currency: those with at least one purchase of known value, with all of theirs."""

    currency: str = ""  # ISO 4217; empty: these purchases named none
    customers: int  # who have bought
    purchases: int  # how many
    past: int  # what they have brought, minor units: margin if it is reported, else spend; less refunds
    again: Share  # customers who bought on another day too, of all of them
    gaps: int  # times between a day with a purchase and the customer's next one
    days_between: float | None = None  # mean of these, days; None: nobody has bought on another day


class PurchasesUnpriced(Insight, frozen=True, kw_only=True):
    """How many purchases add nothing to any customer's value: of unknown amount, or in a currency without a rate."""

    currency: str = ""  # ISO 4217; empty: the amounts are not known
    purchases: int  # how many
    words: str  # one sentence for a person


class NamesCrowded(Insight, frozen=True, kw_only=True):
    """Which names of places, channels or paths were too many to be kept apart. Those seen most of late are kept; the others are `other`."""

    of: str  # place, channel, path, norm
    other: int  # sightings that were counted as `other`, because their name was not kept
    pushed_out: int  # times that a name took the place of another, whose counts went to `other`
    words: str  # one sentence for a person


KINDS: tuple[type[Insight], ...] = (
    PlaceMeasured, ChannelMeasured, TargetMissed, MomentOfTruthRanked, PathTaken, SurgeRaised, StepBlocked, BaselineSettled,
    TiersSettled, MotiveFollowed, PurchasesMeasured, PurchasesUnpriced, NamesCrowded,
)  # fmt: skip
ANY_INSIGHT: Any = functools.reduce(operator.or_, KINDS)  # their union, as msgspec's decoders take it
