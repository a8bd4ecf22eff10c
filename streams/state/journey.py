"""The state of one customer (`Journey`) and its parts. It is bounded, whatever is sent.

Every list has a limit, declared here or by the detectors that read it. `Journey.dropped` counts what had to make room.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import field

from streams.state.parts import About, Address, Attempt, Consent, Deferred, Earlier, Episode, MadeOffer, Met, Part, Visit
from streams.state.profile import Dimension, Motives, Promise, Rating

DEADLINES, OPEN_SIGNALS, RECENT_IDS, REFERENCES, OFFERS_KEPT, CHANNELS, CONSENTS, THINGS = 32, 32, 64, 24, 16, 12, 24, 64
DAYS, WEEKS, PLACES, CURRENCIES, METS = 14, 13, 32, 8, 32


class Position(Part):
    """The customer's position on one scale (stage, phase or rung), and since when."""

    name: str = ""
    since: int = 0  # ms UTC
    before: str = ""  # the position before this one


class Cadence(Part):
    """The rhythm of purchases: Welford's running mean and variance of the gaps between purchase days."""

    count: int = 0  # purchases
    first: int = 0  # ms UTC
    last: int = 0  # ms UTC
    gaps: int = 0
    mean_days: float = 0.0
    squares: float = 0.0  # sum of squared deviations from the mean, days^2


class Value(Part):
    """The customer's value so far, in minor units of one currency: the company's.

    `streams.customer.value.spending` converts amounts of other currencies, or keeps them apart. No two currencies are added up.
    """

    spend: int = 0
    discount: int = 0
    coupons: int = 0  # purchases with at least one coupon
    refunded: int = 0
    margin: int = 0  # margin of the purchases whose margin is known
    margins: int = 0  # the number of those purchases
    step: int = 0  # step under which the partition counts this customer (streams.customer.value.tiers); 0: not counted
    unpriced: int = 0  # purchases that `spend` does not hold: their value is unknown, or kept apart
    currency: str = ""  # ISO 4217 of all amounts above; empty: no amount has named one
    # currency without a rate -> purchases less refunds, in its minor units; at most CURRENCIES
    foreign: dict[str, int] = field(default_factory=dict)


class Deadline(Part):
    """Something that should happen by `due`: a promise, a cart, a complaint. A silence that is being timed is a deadline too."""

    ref: str  # which order, cart, message ...; empty: there is only one
    opened: int  # ms UTC; 0: a silence, which runs since the latest act
    due: int  # ms UTC
    evidence: str = ""  # id of the touchpoint that opened it; empty: nothing cites it
    channel: str = ""
    place: str = ""
    step: int = 0  # how often it has come due
    paused: int = 0  # ms UTC since when it is paused; 0: it runs
    about: About | None = None  # of a friction: what it would be about


class OpenSignal(Part):
    """A friction that is still open. No promotion goes out while there is one."""

    id: str
    detector: str
    place: str
    ref: str  # which order, cart, message ... it is about
    opened: int  # ms UTC
    closes_at: int  # ms UTC at which it expires
    severity: int
    count: int = 1
    evidence: list[str] = field(default_factory=list)
    due: int = 0  # ms UTC, of an absence only: a touchpoint up to this time shows that it was not true
    channel: str = ""
    about: About | None = None  # the things that it names, and the amount; None: nothing is named
    spot: str = ""  # channel and place of the row that counted it (streams.state.place_row.spot_of)


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
    """Bounded histories of touchpoints, one ring per kind that some detector reads. `streams.state.marks` makes the fields."""


class Journey(msgspec.Struct, array_like=True):
    """Everything that is remembered of one customer. Only `decide` changes it.

    It is encoded as an array. So new fields go to the end, and no field is moved. The order says when a field came, not what it is
    for.

    | feature | fields |
    |---|---|
    | time and timers | newest, first_seen, late, next_wake, woken |
    | duplicates | recent_ids, references, things |
    | size limit | dropped, bytes_since_check |
    | counts of touchpoints | kinds, channels, day, days, weeks, realms |
    | own acts | acts, acted_at, acted_id |
    | short memory | rings, episode, places |
    | insights | mets, first_met, attempts |
    | moves | trail |
    | signals | deadlines, open, week_due |
    | risk | contributions, band, band_due, prediction_due, predicted_at |
    | stage, phase and loyalty | stage, phase, rung, purchases_at_slip |
    | purchases and value | cadence, value, periods, plan_price |
    | profile | scores, dimensions, promises, motives, personas, ratings |
    | offers | made, deferred, consents, zone, language, held_up, ask_due |
    | identity | forward, earlier, absorbed_hand_overs, linked_ids, known_as, forget_due |
    """

    newest: int = 0  # ms UTC: the latest touchpoint by its own time
    next_wake: int = 0  # ms UTC of the next timer; 0: none
    stage: Position = field(default_factory=Position)
    phase: Position = field(default_factory=Position)
    rung: Position = field(default_factory=Position)
    episode: Episode = field(default_factory=Episode)
    first_seen: int = 0  # ms UTC
    kinds: dict[str, int] = {}  # touchpoints per kind
    channels: dict[str, int] = {}  # touchpoints per channel, at most CHANNELS, then "other"
    day: int = 0  # day (since 1970-01-01, UTC) of the newest number in `days`
    days: dict[int, bytearray] = {}  # activity (index in ACTIVITIES) -> touchpoints per day, newest first (streams.state.counters)
    weeks: dict[int, bytearray] = {}  # the same per week (from Monday), WEEKS weeks
    cadence: Cadence = field(default_factory=Cadence)
    value: Value = field(default_factory=Value)
    deadlines: dict[str, Deadline] = {}  # "detector:ref" -> deadline, at most DEADLINES
    open: list[OpenSignal] = []  # oldest first, at most OPEN_SIGNALS
    contributions: dict[str, Contribution] = {}  # churn signal -> its contribution to the risk
    band: str = "calm"
    band_due: int = 0  # ms UTC at which the band must be computed again (streams.risk.update); 0: never
    consents: dict[str, Consent] = {}  # "purpose/channel", "purpose", "*" or "/channel" (closed) -> consent
    zone: str = ""  # the customer's time zone (IANA); empty: unknown
    made: list[MadeOffer] = []  # oldest first, at most OFFERS_KEPT
    deferred: Deferred | None = None
    recent_ids: bytearray = field(default_factory=bytearray)  # the last RECENT_IDS short hashes of (source, id), oldest first
    late: int = 0  # touchpoints that came later than their source's allowed lateness
    dropped: int = 0  # entries that had to make room for others
    rings: Any = None  # Rings of the layout in force (streams.state.codec)
    scores: dict[str, float] = {}  # survey metric -> latest answer, scaled to 0..1
    references: bytearray = field(default_factory=bytearray)  # the last REFERENCES short hashes of order and receipt numbers
    acts: int = 0  # touchpoints that were the customer's own acts (streams.state.presence)
    acted_at: int = 0  # ms UTC of the latest own act
    acted_id: str = ""  # id of the latest own act
    woken: int = 0  # ms UTC of the latest timer that fired: time moves forward only
    places: dict[str, Visit] = {}  # channel and place (streams.state.place_row.spot_of) -> latest visit, at most PLACES
    bytes_since_check: int = 0  # bytes received since the last size check (streams.engine.size_limit)
    purchases_at_slip: int = 0  # purchases made when the customer last fell to a lower rung
    forward: Address | None = None  # where its touchpoints are forwarded to; None: nowhere
    earlier: Earlier | None = None  # counters of an anonymous journey when its current episode began; None: in its first episode
    absorbed_hand_overs: bytearray = field(default_factory=bytearray)  # short hashes of the last HAND_OVERS hand-overs it absorbed
    linked_ids: bytearray = field(default_factory=bytearray)  # short hashes of the ids that joined it, at most LINKED
    dimensions: dict[str, Dimension] = {}  # dimension -> expectation and perception, at most DIMENSIONS
    promises: dict[str, Promise] = {}  # "dimension:ref" -> promise, at most PROMISES
    plan_price: int = 0  # minor units of the value's currency, per period of the subscription; 0: unknown
    motives: Motives | None = None
    personas: dict[str, int] = {}  # persona -> ms UTC since when
    realms: dict[str, int] = {}  # realm of experience -> touchpoints
    ratings: dict[str, Rating] = {}  # place -> what our own people said of it, at most RATINGS
    periods: dict[int, int] = {}  # four-week period (number since 1970) -> spend in minor units, the last PERIODS with any
    known_as: list[str] = []  # other known ids of this customer, at most KNOWN_AS: a control arm of one id holds for all
    week_due: int = 0  # ms UTC of the next weekly review (streams.signals.weekly); 0: none before the customer acts
    prediction_due: int = 0  # ms UTC of the next prediction (streams.risk.labels); 0: none before the customer acts
    predicted_at: int = 0  # ms UTC of the prediction that has no label yet; 0: none
    things: bytearray = field(
        default_factory=bytearray
    )  # the last THINGS short hashes of a kind and the thing it told of (streams.engine.things)
    forget_due: int = 0  # ms UTC at which an anonymous journey may be forgotten (streams.engine.forgetting); 0: not now
    language: str = ""  # that the customer reads, as en or pt-BR; empty: unknown
    held_up: bool = False  # an open friction removed a promotion from a decision: it is decided again when all are closed
    ask_due: int = 0  # ms UTC of the next question about a silent customer at risk (streams.offers.silence); 0: none
    mets: dict[int, int] = {}  # what hurt (streams.insights.harm.meetings) -> the latest week, at most METS, the latest at the end
    first_met: Met | None = None  # the first friction of the latest two days with any
    attempts: dict[str, Attempt] = {}  # step -> the latest attempt (streams.insights.harm.steps)
    trail: bytearray = field(default_factory=bytearray)  # the latest moves between buying steps (streams.state.trail)
