"""The blueprint: a company's own rules as plain values. The defaults are complete, so a company can start without one."""

from __future__ import annotations

from hashlib import blake2b

import msgspec

from schemas.conventions import Conventions, Name
from schemas.durations import MINUTE
from streams.rules.days_off import days_off
from streams.rules.offer_rows import CATALOGUE, POLICIES, Offer, Policy
from streams.rules.stage_rows import ROWS, Move
from streams.rules.texts import TEXTS, check_texts

DELIGHTS = (
    "advice",
    "attentiveness",
    "care",
    "design",
    "events",
    "friendliness",
    "inspiration",
    "packaging",
    "rewards",
    "staff",
    "surprise",
)


class Persona(msgspec.Struct, frozen=True, kw_only=True):
    """A group of customers, defined by a rule over the journey (`streams.rules.audience.language`). A customer can be in several."""

    name: str  # as offers name it: persona(name)
    rule: str  # who is one, as "purchases >= 3 and coupon_share > 0.5"


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """The value that a metric should have in some place; `*` is every place."""

    measure: str  # one of streams.insights.measures
    at_least: float | None = None  # a value below it is a miss
    at_most: float | None = None  # a value above it is a miss
    place: str = "*"  # where in the channel: page, queue, shop
    channel: str = "*"  # web, app, store, ...
    stage: str = "*"  # of the customers who are measured
    owner: str = ""  # who is responsible for it; empty: the owner of the place

    def __post_init__(self) -> None:
        """Raise ValueError for a target that demands nothing."""
        if self.at_least is None and self.at_most is None:
            raise ValueError(f"target {self.measure!r}: give at_least, at_most or both")


class Blueprint(msgspec.Struct, frozen=True, kw_only=True):
    """Thresholds, offers, contact policy, owners and allowed lateness. Every number is a default that a company may change."""

    name: str = "default"  # shown beside the version in force
    limits: dict[str, dict[str, float]] = {}  # detector -> limit -> value; replaces the detector's defaults
    silent: tuple[str, ...] = ()  # detectors that are switched off
    owners: dict[str, str] = {}  # place -> who is responsible for it; "*" for all others
    # source -> how late its touchpoints may arrive (ms); "" for all others
    lateness_ms: dict[str, int] = msgspec.field(default_factory=lambda: {"": 5_000})
    episode_silence_ms: int = 30 * MINUTE  # the web analytics convention since 2005
    bands: tuple[float, float, float] = (0.25, 0.5, 0.75)  # risks at which watch, high and critical begin [ours]
    bias: float = -2.5  # log-odds of leaving without any signal: 7.6 % [ours]
    horizon_days: float = 60  # days ahead for the risk of leaving [ours: two months of a weekly buyer's silence are not chance]
    worth_days: float = 365  # the expected value of a customer is for so many days ahead
    two_families: bool = True  # signals of one family alone never lead to high risk
    offers: tuple[Offer, ...] = CATALOGUE  # what may be offered
    # wording key -> language -> texts; the first whose variables are all known is used, and the last has none
    texts: dict[str, dict[str, tuple[str, ...]]] = msgspec.field(default_factory=lambda: dict(TEXTS))
    language: str = "en"  # for customers whose language is unknown or has no text
    policies: tuple[Policy, ...] = POLICIES  # how often one customer may be contacted
    quiet_hours: tuple[int, int] = (21, 8)  # local hours (from, to) without any contact
    # channels that the customer visits: there nothing rings, and quiet hours do not hold. All others ring (push, sms, call, app)
    visited: tuple[str, ...] = ("web", "store", "till")
    market_zones: tuple[str, ...] = ("UTC",)  # time zones of the market: a customer of unknown zone gets the strictest of them
    holdout: float = 0.1  # share of customers who get no offers on purpose (control arm)
    holdout_salt: str = "holdout-1"  # another salt chooses other customers
    experiment: str = "holdout"  # its name, on every decision and offer
    bots: tuple[str, ...] = ()  # customers or sources (`*` at the end: all that begin so) that raise no signals and are not counted
    staff: tuple[str, ...] = ()  # the same for our own people
    personas: tuple[Persona, ...] = ()  # groups of customers
    targets: tuple[Target, ...] = ()  # what metrics should be
    delights: tuple[str, ...] = DELIGHTS  # dimensions that delight; all others are hygiene (streams.customer.expectations)
    # days (as 2026-12-25, UTC) on which carriers do not work: deadlines of delivery move by them
    days_off: tuple[str, ...] = ()
    names: tuple[Name, ...] = ()  # what event names of the company's own mean, in every input format
    hide: tuple[str, ...] = ()  # regular expressions: a segment of a page's path that matches is hidden (schemas.masking)
    show: tuple[str, ...] = ()  # the same: a segment that matches is never hidden
    currency: str = ""  # ISO 4217 of the company; empty: that of each customer's first purchase
    rates: dict[str, float] = {}  # other currency -> what one unit of it is worth in `currency`
    aliases_join: bool = False  # an alias call of an SDK that names two known ids joins their journeys
    # days of silence after which an anonymous journey is forgotten (streams.engine.forgetting); 0: never [ours]
    forget_anonymous_days: float = 90
    stages: tuple[Move, ...] = ROWS  # which stage follows which, on which event; given rows replace all default ones

    def __post_init__(self) -> None:
        """Raise ValueError for entries that could never match anything."""
        if bad := [name for name in (*self.bots, *self.staff) if not name.rstrip("*") or "*" in name[:-1]]:
            raise ValueError(f"bots and staff: {', '.join(map(repr, bad))} is neither a name nor the beginning of one before a `*`")
        days_off(self.days_off)
        check_texts(self.texts)

    @property
    def conventions(self) -> Conventions:
        """What the readers of inputs need of it."""
        return Conventions(names=self.names, hide=self.hide, show=self.show)

    def fingerprint(self) -> str:
        """Return 64 bits over every rule. Every signal and decision carries them.

        >>> Blueprint().fingerprint() == Blueprint().fingerprint() != Blueprint(holdout=0.2).fingerprint()
        True
        """
        return hash_of(self.body())

    def body(self) -> bytes:
        """Return every rule as it is stored when the blueprint is published.

        The defaults are written out. So a later program with other defaults still reads the same rules.

        >>> Blueprint(bias=-2).body() == Blueprint(bias=-2.0).body()
        True
        """
        return msgspec.json.encode(self.exact(), order="deterministic")

    def exact(self) -> Blueprint:
        """Return the same rules with 2.0 where a float belongs and 2 was written. Equal rules then give equal bytes."""
        return msgspec.convert(msgspec.to_builtins(self), Blueprint)


def hash_of(body: bytes) -> str:
    """Return the hash of a body. Equal rules have equal hashes."""
    return blake2b(body, digest_size=8).hexdigest()


def blueprint_of(body: bytes) -> Blueprint:
    """Return the blueprint that was stored as this body. Raises ValueError if this program cannot read it.

    >>> blueprint_of(Blueprint(holdout=0.2).body()).holdout
    0.2
    """
    try:
        return msgspec.json.decode(body, type=Blueprint)
    except msgspec.MsgspecError as error:
        raise ValueError(str(error)) from error
