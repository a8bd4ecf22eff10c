"""The view of one customer for people: small JSON, made from the committed state. It decides nothing.

`version` is the changelog offset of that state. Of two views the one with the higher version is newer.
"""

from __future__ import annotations

import msgspec

from schemas.control.worth import Worth
from schemas.writing import rfc3339
from streams.customer.value.equity import Equity, equity
from streams.customer.value.tiers import tier_of
from streams.risk import score
from streams.rules import Rules
from streams.state import Journey, MadeOffer, OpenSignal, Value

PREFIX = "journey:"


class StandingView(msgspec.Struct, frozen=True):
    """The customer's position on one scale, and since when (RFC 3339)."""

    name: str
    since: str


class FrictionView(msgspec.Struct, frozen=True):
    """A friction point that is open."""

    id: str
    detector: str
    place: str
    severity: int
    count: int
    opened: str  # RFC 3339
    closes_at: str  # RFC 3339
    evidence: list[str]


class OfferView(msgspec.Struct, frozen=True):
    """An offer that was made."""

    id: str
    offer: str
    family: str
    channel: str
    at: str  # RFC 3339
    valid_until: str  # RFC 3339
    outcome: str  # empty while it is not known


class WorthView(msgspec.Struct, frozen=True):
    """The customer's value, in minor units of its currency."""

    past: int
    expected: int | None  # over the days ahead that the blueprint sets; None: no cadence model is in force
    equity: int  # both together
    tier: str  # top, middle, base; empty while too few customers have bought
    currency: str  # ISO 4217; empty: no purchase has named one
    unpriced: int  # purchases that are not in it: their value is unknown, or kept apart
    apart: dict[str, int]  # currency without a rate -> purchases less refunds, in its minor units


class View(msgspec.Struct, frozen=True):
    """A summary of one customer. `risk` and `worth` are as of `newest`."""

    version: int  # with `log`, first in the JSON: the Redis scripts compare the two without parsing the rest
    log: str  # id of the changelog topic that the view was made from; versions of different logs cannot be compared
    customer: str
    stage: StandingView
    phase: StandingView
    rung: StandingView
    band: str
    risk: float
    frictions: list[FrictionView]
    offers: list[OfferView]
    newest: str  # RFC 3339, of the latest touchpoint
    touchpoints: int
    worth: WorthView


def view(customer: str, journey: Journey, rules: Rules, version: int, worth: Worth | None = None, log: str = "") -> View:
    """Return the view of this journey. `worth` has the value limits last published for all customers.

    >>> from streams.replay import Replay
    >>> from streams.story import story
    >>> replay = Replay().run(story("0 web page_viewed /shop page=/shop"))
    >>> seen = view("c1", replay.journey("c1"), replay.rules, 7)
    >>> seen.stage.name, seen.band, seen.version, seen.newest
    ('exploring', 'calm', 7, '2026-01-05T08:00:00.000Z')
    """
    return View(
        version=version,
        log=log,
        customer=customer,
        stage=StandingView(journey.stage.name, rfc3339(journey.stage.since)),
        phase=StandingView(journey.phase.name, rfc3339(journey.phase.since)),
        rung=StandingView(journey.rung.name, rfc3339(journey.rung.since)),
        band=journey.band,
        risk=round(score.risk(journey, journey.newest, rules), 6),
        frictions=[_friction(signal) for signal in journey.open],
        offers=[_offer(made) for made in journey.made if not made.shadow],
        newest=rfc3339(journey.newest),
        touchpoints=sum(journey.kinds.values()),
        worth=_worth(equity(journey, rules, worth, journey.newest), journey.value, worth),
    )


def _worth(found: Equity, value: Value, known: Worth | None) -> WorthView:
    tier = tier_of(found.past, known, value.currency)
    return WorthView(found.past, found.expected, found.total, tier, value.currency, value.unpriced, value.foreign)


def _friction(signal: OpenSignal) -> FrictionView:
    return FrictionView(
        signal.id, signal.detector, signal.place, signal.severity, signal.count,
        rfc3339(signal.opened), rfc3339(signal.closes_at), signal.evidence,
    )  # fmt: skip


def _offer(made: MadeOffer) -> OfferView:
    return OfferView(
        made.id, made.offer, made.family, made.channel, rfc3339(made.at), rfc3339(made.valid_until), made.outcome
    )  # fmt: skip


def key_of(customer: str) -> str:
    """Return the Redis key of a customer's view.

    >>> key_of("c7")
    'journey:c7'
    """
    return PREFIX + customer
