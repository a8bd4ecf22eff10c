"""What is remembered: one Journey per customer, one Partition per partition of the log. Bounded, whatever happens.

Every list has a limit, declared here or by the detectors that read it. What is dropped is counted in `Journey.dropped`.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import field

from streams.state.parts import Address, Consent, Deferred, Earlier, MadeOffer, Part, Visit
from streams.state.profile import Dimension, Motives, Promise, Rating

__all__ = [
    "Address",
    "Cadence",
    "Consent",
    "Contribution",
    "Deadline",
    "Deferred",
    "Earlier",
    "Episode",
    "Journey",
    "MadeOffer",
    "OpenSignal",
    "Part",
    "Position",
    "Rings",
    "Value",
    "Visit",
]  # fmt: skip

DEADLINES, OPEN_SIGNALS, RECENT_IDS, REFERENCES, OFFERS_KEPT, CHANNELS, CONSENTS = 32, 32, 64, 24, 16, 12, 24
DAYS, WEEKS, PLACES = 14, 13, 32


class Episode(Part):
    """Touchpoints without a long silence between them (`Rules.episode_silence_ms`)."""

    started: int = 0  # ms UTC; 0: none yet
    last: int = 0  # ms UTC
    count: int = 0  # touchpoints
    channels: list[str] = field(default_factory=list)
    place: str = ""  # where the latest touchpoint was
    spot: str = ""  # channel and place the customer came to last (streams.insights.paths)
    arrived: int = 0  # ms UTC of that; before `started`: in an earlier episode


class Position(Part):
    """Where the customer stands on one scale, and since when."""

    name: str = ""
    since: int = 0  # ms UTC
    before: str = ""  # where they came from


class Cadence(Part):
    """The rhythm of purchases: Welford's running mean and variance of the gaps between purchase days."""

    count: int = 0  # purchases
    first: int = 0  # ms UTC
    last: int = 0  # ms UTC
    gaps: int = 0
    mean_days: float = 0.0
    squares: float = 0.0  # sum of squared deviations from the mean, days^2


class Value(Part):
    """What the customer is worth so far, in minor units of the currency."""

    spend: int = 0
    discount: int = 0
    coupons: int = 0  # purchases with at least one coupon
    refunded: int = 0
    margin: int = 0  # earned on the purchases whose margin is known
    margins: int = 0  # how many those are
    step: int = 0  # under which the partition counts this customer (streams.customer.value.tiers); 0: not at all


class Deadline(Part):
    """Something open that ought to end by `due`: a promise, a cart, a complaint; or a silence that is being timed."""

    ref: str  # which order, cart, message ...
    opened: int  # ms UTC; 0: a silence, since the latest act
    due: int  # ms UTC
    evidence: str = ""  # id of the touchpoint that opened it; none where nothing cites it
    channel: str = ""
    place: str = ""
    step: int = 0  # how often it has come due
    paused: int = 0  # ms UTC since when its clock stands still; 0: it runs


class OpenSignal(Part):
    """A friction point that still stands: while one does, no promotion."""

    id: str
    detector: str
    place: str
    ref: str  # the matter it is about, for an absence
    opened: int  # ms UTC
    closes_at: int  # ms UTC; it never stays open for ever
    severity: int
    count: int = 1
    evidence: list[str] = field(default_factory=list)
    due: int = 0  # of an absence: a fact no later than this disproves it
    channel: str = ""


class Contribution(Part):
    """What one churn signal adds to the risk: weight x strength, halved every half-life."""

    version: int
    family: str
    weight: float
    strength: float
    half_life_ms: int
    since: int  # ms UTC
    evidence: list[str] = field(default_factory=list)
    signal: str = ""  # id of the ChurnSignalRaised


class Rings(msgspec.Struct, array_like=True):
    """Short memories of touchpoints, one ring per kind that any detector reads; fields come from `streams.state.marks`."""


class Journey(msgspec.Struct, array_like=True):
    """All we know of one customer's course. Written by one owner, `decide`; encoded as an array: append fields only."""

    newest: int = 0  # ms UTC of the latest touchpoint in time
    next_wake: int = 0  # ms UTC; 0: nothing to wait for
    stage: Position = field(default_factory=Position)
    phase: Position = field(default_factory=Position)
    rung: Position = field(default_factory=Position)
    episode: Episode = field(default_factory=Episode)
    first_seen: int = 0  # ms UTC
    kinds: dict[str, int] = {}  # touchpoints per kind
    channels: dict[str, int] = {}  # touchpoints per channel, at most CHANNELS, then "other"
    day: int = 0  # day number (UTC) that days[0] counts
    days: dict[int, bytearray] = {}  # activity (its place in ACTIVITIES) -> touchpoints of DAYS days, newest first: streams.state.counters
    weeks: dict[int, bytearray] = {}  # the same for WEEKS weeks, beginning on Monday
    cadence: Cadence = field(default_factory=Cadence)
    value: Value = field(default_factory=Value)
    deadlines: dict[str, Deadline] = {}  # "detector:ref" -> matter, at most MATTERS
    open: list[OpenSignal] = []  # oldest first, at most OPEN_SIGNALS
    contributions: dict[str, Contribution] = {}  # churn signal -> what it adds
    band: str = "calm"
    band_due: int = 0  # ms UTC when the risk decays into the next lower band; 0: never
    consents: dict[str, Consent] = {}  # "purpose/channel", "purpose", "*" or "/channel" (closed) -> consent
    zone: str = ""  # the customer's time zone (IANA); empty: unknown
    made: list[MadeOffer] = []  # oldest first, at most OFFERS_KEPT
    deferred: Deferred | None = None
    recent: bytearray = field(default_factory=bytearray)  # the last RECENT_IDS marks (6 bytes each) of (source, id), oldest first
    late: int = 0  # touchpoints older than the newest by more than their source's lateness
    dropped: int = 0  # remembered things that had to make room
    rings: Any = None  # a Rings of the layout in force (streams.state.codec)
    scores: dict[str, float] = {}  # latest value per survey metric, scaled to 0..1
    references: bytearray = field(default_factory=bytearray)  # the last REFERENCES marks of order and receipt numbers
    acts: int = 0  # touchpoints that were the customer's own doing (streams.state.presence)
    acted_at: int = 0  # ms UTC of the latest of them
    acted: str = ""  # its id
    woken: int = 0  # ms UTC of the latest wake: time moves forward only
    places: dict[str, Visit] = {}  # streams.insights.paths.spot_of(channel, place) -> the customer's last visit, at most PLACES
    bytes_since_check: int = 0  # how much has come since its size was last looked at: streams.engine.size_limit
    slipped: int = 0  # purchases made when the customer last slipped down the ladder
    forward: Address | None = None  # where its touchpoints go now; None: they stay
    earlier: Earlier | None = None  # of an anonymous journey in its second episode or a later one
    absorbed: bytearray = field(default_factory=bytearray)  # marks of the last HAND_OVERS hand-overs that it took in
    linked: bytearray = field(default_factory=bytearray)  # marks of the anonymous ids that this customer signed in on, at most LINKED
    dimensions: dict[str, Dimension] = {}  # dimension -> expectation and perception, at most SIDES
    promises: dict[str, Promise] = {}  # "dimension:ref" -> promise, at most PROMISES
    paying: int = 0  # minor units for one period of the subscription
    motives: Motives | None = None
    personas: dict[str, int] = {}  # persona -> ms UTC since when; as many as the blueprint has
    realms: dict[str, int] = {}  # realm of experience -> touchpoints
    ratings: dict[str, Rating] = {}  # place -> what our own people said of it, at most RATINGS
    periods: dict[int, int] = {}  # four weeks (number since 1970) -> spend in minor units, the last PERIODS with any
    known_as: list[str] = []  # other known ids that are this customer, at most KNOWN_AS: whoever was left alone under one still is
    week_due: int = 0  # ms UTC when the weeks are looked at next (streams.signals.weekly); 0: not before the customer acts
    state_due: int = 0  # ms UTC when the risk is stated next, to be proved (streams.risk.labels); 0: not before the customer acts
    stated: int = 0  # ms UTC of the risk that was stated and is not proved yet; 0: none
