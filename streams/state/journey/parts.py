"""Parts of a journey: the episode, consents, offers made, visits to places ... Other parts are in `journey.py` and `profile.py`."""

from __future__ import annotations

from typing import Any

import msgspec


class Part(msgspec.Struct, array_like=True):
    """A part of a journey. It is encoded as an array, so new fields go to the end and no field is moved or removed."""


NEW, KNOWN, UNCOUNTED = 0, 1, 2  # as what a customer is counted at a place: their first episode; a later one; their episode began there


class Episode(Part):
    """The current episode (session): touchpoints without a long silence between them (`Blueprint.episode_silence_ms`)."""

    started: int = 0  # ms UTC; 0: none yet
    last: int = 0  # ms UTC
    count: int = 0  # touchpoints
    channels: list[str] = msgspec.field(default_factory=list)
    place: str = ""  # where the latest touchpoint was
    spot: str = ""  # channel and place that the customer came to last (streams.insights.paths)
    arrived: int = 0  # ms UTC of that arrival; before `started`: it was in an earlier episode
    front: int = 0  # ms UTC at which they came to the latest place that was new in this episode (streams.insights.blocked); 0: nowhere
    front_as: int = 0  # as what they were counted there: NEW, KNOWN, UNCOUNTED
    front_spot: str = ""  # channel and place of it


class Consent(Part):
    """What the customer allowed or refused for one purpose and channel.

    The one with the latest time of its own counts. Of two with the same time, the refusal counts.
    """

    granted: bool
    at: int  # ms UTC


UNSENT = ("refused", "withdrawn")  # outcomes of an offer that never reached the customer


class MadeOffer(Part):
    """An offer that we made or, in the control arm, would have made.

    Caps, cooldowns and habituation count both alike. Otherwise the two arms could not be compared.
    """

    id: str
    offer: str
    family: str
    channel: str
    at: int  # ms UTC
    valid_until: int  # ms UTC
    outcome: str = ""  # "", delivered, seen, accepted, declined, expired, refused, withdrawn
    shadow: bool = False  # made in the control arm: never sent
    signals: list[str] = []  # ids of the signals that are its reasons
    outcome_at: int = 0  # ms UTC of its latest outcome
    subjects: list[str] = []  # what a service recovery is about: order numbers, places


class About(Part):
    """What a friction is about (streams.offers.about)."""

    things: dict[str, str]  # order, invoice, contact ... -> its number
    amount: int | None = None  # minor units; None: unknown
    currency: str = ""  # ISO 4217 of the amount


class Deferred(Part):
    """A decision that waits for the end of quiet hours."""

    decision: str
    due: int  # ms UTC
    triggers: list[str]
    cause: str


class Address(Part):
    """A forwarding address: whose journey the touchpoints of this one belong to.

    After one sign-in on a device, only the episode of that sign-in belongs to the customer. It goes from `started` to `last` (ms
    UTC), with the touchpoints that continue it. Everything belongs to them once they have signed in during two episodes.
    """

    to: str  # the id whose journey it is; empty: no single customer's
    whole: bool = False  # everything belongs to them, also what is still to come
    started: int = 0
    last: int = 0
    shared: bool = False  # several customers have signed in: nothing is forwarded any more


class Earlier(Part):
    """The counters of an anonymous journey at the beginning of its current episode. They tell which counts belong to that episode."""

    kinds: dict[str, int]
    channels: dict[str, int]
    day: int
    days: dict[int, bytearray]
    weeks: dict[int, bytearray]
    cadence: tuple[Any, ...]  # the fields of a Cadence, ints as ints: a count that came back as a float would change the bytes
    value: tuple[Any, ...]  # the fields of a Value
    acts: int
    late: int
    dropped: int


class Visit(Part):
    """When the customer was last at a place, and whether a friction opened there. A later lapse is assigned to the places before it."""

    day: int  # days since 1970-01-01 of the latest visit
    hurt: int = 0  # day of the first friction there; 0: none
    lapsed: int = 0  # day of the lapse that was assigned to it; 0: none. A customer who comes back gets a new Visit
    stage: int = 0  # the customer's stage when the latest visit began, as its index in schemas.vocabulary.STAGES
    minute: int = -1  # minute of `day` at which the latest visit began; -1: not known
    met: list[int] = msgspec.field(default_factory=list)  # what hurt in the latest visit (streams.insights.harm.meetings)


class Met(Part):
    """A friction that the customer met, and the row of the place that counted it (`streams.insights.harm`)."""

    at: int  # ms UTC
    spot: str  # this, the stage and the week of `at` name the row
    stage: int  # as its index in schemas.vocabulary.STAGES
    detector: str
    value: int | None = None  # worth of the cart that was open, minor units; None: unknown, or there was none
    currency: str = ""  # ISO 4217 of that worth


class Attempt(Part):
    """A step towards an order, which the next step may follow: a product viewed, a cart, a checkout (`streams.insights.harm.steps`)."""

    at: int  # ms UTC
    thing: str  # the cart; empty: a product viewed, which counts once an episode
    spot: str  # this, the stage and the week of `at` name the row that counted it
    stage: int  # as its index in schemas.vocabulary.STAGES
    value: int | None = None  # worth of the cart, minor units; None: unknown
    currency: str = ""  # ISO 4217 of that worth
    done: bool = False  # the next step followed
    met: Met | None = None  # the first friction that the customer met with this cart open
