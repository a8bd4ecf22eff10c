"""The state of one customer. It is bounded, whatever is sent.

Every list has a limit, declared here or by the detectors that read it. `Journey.dropped` counts what had to make room.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import field

from streams.state.journey.packed import NO_BACKGROUND, NO_RINGS, NOT_LOOKING, Background, InBackground, InLooking, InRings, Looking
from streams.state.journey.parts import Address, Attempt, Consent, Deferred, Earlier, Episode, MadeOffer, Met, Visit
from streams.state.journey.profile import Dimension, Motives, Promise, Rating
from streams.state.journey.standing import Cadence, Contribution, Deadline, OpenSignal, Position, Value

DEADLINES, OPEN_SIGNALS, RECENT_IDS, REFERENCES, OFFERS_KEPT, CHANNELS, CONSENTS, THINGS = 32, 32, 64, 24, 16, 12, 24, 64
DAYS, WEEKS, PLACES, CURRENCIES, METS = 14, 13, 32, 8, 32


class Journey(msgspec.Struct, array_like=True):
    """Everything that is remembered of one customer. Only `decide` changes it.

    What most touchpoints read or write are fields of its own. The rings, `looking` and `background` are parts that stay bytes until one of
    their fields is asked for (`journey.value` reads `background`). A part that an event does not touch is written as it was read. It is
    encoded as an array. So new fields go to the end, of the journey or of their part, and no field is moved.

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
    woken: int = 0  # ms UTC of the latest timer that fired: time moves forward only
    first_seen: int = 0  # ms UTC
    late: int = 0  # touchpoints that came later than their source's allowed lateness
    dropped: int = 0  # entries that had to make room for others
    bytes_since_check: int = 0  # bytes received since the last size check (streams.engine.size_limit)
    recent_ids: bytearray = field(default_factory=bytearray)  # the last RECENT_IDS short hashes of (source, id), oldest first
    kinds: dict[str, int] = {}  # touchpoints per kind
    channels: dict[str, int] = {}  # touchpoints per channel, at most CHANNELS, then "other"
    day: int = 0  # day (since 1970-01-01, UTC) of the newest number in `days`
    days: dict[int, bytearray] = {}  # activity (index in ACTIVITIES) -> touchpoints per day, newest first (streams.state.counters)
    weeks: dict[int, bytearray] = {}  # the same per week (from Monday), WEEKS weeks
    acts: int = 0  # touchpoints that were the customer's own acts (streams.state.presence)
    acted_at: int = 0  # ms UTC of the latest own act
    acted_id: str = ""  # id of the latest own act
    episode: Episode = field(default_factory=Episode)
    places: dict[str, Visit] = {}  # channel and place (streams.state.place_row.spot_of) -> latest visit, at most PLACES
    trail: bytearray = field(default_factory=bytearray)  # the latest moves between buying steps (streams.state.trail)
    stage: Position = field(default_factory=Position)
    phase: Position = field(default_factory=Position)
    cadence: Cadence = field(default_factory=Cadence)
    deadlines: dict[str, Deadline] = {}  # "detector:ref" -> deadline, at most DEADLINES
    open: list[OpenSignal] = []  # oldest first, at most OPEN_SIGNALS
    contributions: dict[str, Contribution] = {}  # churn signal -> its contribution to the risk
    band: str = "calm"
    band_due: int = 0  # ms UTC at which the band must be computed again (streams.risk.update); 0: never
    week_due: int = 0  # ms UTC of the next weekly review (streams.signals.weekly); 0: none before the customer acts
    prediction_due: int = 0  # ms UTC of the next prediction (streams.risk.labels); 0: none before the customer acts
    ask_due: int = 0  # ms UTC of the next question about a silent customer at risk (streams.offers.silence); 0: none
    forget_due: int = 0  # ms UTC at which an anonymous journey may be forgotten (streams.engine.forgetting); 0: not now
    zone: str = ""  # the customer's time zone (IANA); empty: unknown
    personas: dict[str, int] = {}  # persona -> ms UTC since when
    made: list[MadeOffer] = []  # oldest first, at most OFFERS_KEPT
    deferred: Deferred | None = None
    forward: Address | None = None  # where its touchpoints are forwarded to; None: nowhere
    ring_part: msgspec.Raw = NO_RINGS  # Rings of the layout in force (streams.state.codec), or their bytes
    looking: msgspec.Raw = NOT_LOOKING  # Looking, or its bytes
    background: msgspec.Raw = NO_BACKGROUND  # Background, or its bytes

    rings = InRings()
    motives, attempts, first_met = InLooking[Motives | None](), InLooking[dict[str, Attempt]](), InLooking[Met | None]()
    mets, realms = InLooking[dict[int, int]](), InLooking[dict[str, int]]()
    rung, purchases_at_slip, value = InBackground[Position](), InBackground[int](), InBackground[Value]()
    periods, plan_price = InBackground[dict[int, int]](), InBackground[int]()
    references, things = InBackground[bytearray](), InBackground[bytearray]()
    scores, ratings = InBackground[dict[str, float]](), InBackground[dict[str, Rating]]()
    dimensions, promises = InBackground[dict[str, Dimension]](), InBackground[dict[str, Promise]]()
    consents, language, held_up = InBackground[dict[str, Consent]](), InBackground[str](), InBackground[bool]()
    predicted_at, earlier = InBackground[int](), InBackground[Earlier | None]()
    absorbed_hand_overs, linked_ids = InBackground[bytearray](), InBackground[bytearray]()
    known_as = InBackground[list[str]]()

    @staticmethod
    def read_rings(_packed: msgspec.Raw, /) -> Any:
        """Return the rings in these bytes. The codec of a layout knows its rings; a journey without a codec has none."""
        return None


PARTS = ("ring_part", "looking", "background")
FIELDS = (  # of a journey and its parts
    *(name for name in Journey.__struct_fields__ if name not in PARTS), "rings",
    *Looking.__struct_fields__, *Background.__struct_fields__,
)  # fmt: skip


def journey_of(**fields: Any) -> Journey:
    """Return a journey with these fields, which may be those of its parts.

    >>> journey_of(value=Value(spend=900), acts=2).value.spend
    900
    """
    journey = Journey()
    for name, value in fields.items():
        setattr(journey, name, value)
    return journey
