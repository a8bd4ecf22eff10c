"""Where the customer stands: position on a scale, rhythm of purchases, value, what is awaited, open frictions, parts of the risk."""

from __future__ import annotations

from msgspec import field

from streams.state.journey.parts import About, Part


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
