"""The parts of a journey that stay bytes until one of their fields is asked for, and the attributes that ask for them."""

from __future__ import annotations

from typing import Any, Generic, Protocol, TypeVar

import msgspec
from msgspec import field

from streams.state.journey.parts import Attempt, Consent, Earlier, Met, Part
from streams.state.journey.profile import Dimension, Motives, Promise, Rating
from streams.state.journey.standing import Position, Value

T = TypeVar("T")


class Rings(msgspec.Struct, omit_defaults=True):
    """Bounded histories of touchpoints, one ring per kind that some detector reads. `streams.state.marks` makes the fields.

    Most rings of a journey are empty. An empty ring is `marks.NO_ENTRIES` and no list, and only rings with entries are written.
    """


class Looking(Part):
    """What the customer looked at and tried, and what went wrong: products, carts, frictions."""

    motives: Motives | None = None
    attempts: dict[str, Attempt] = field(default_factory=dict)  # step -> the latest attempt (streams.insights.harm.steps)
    first_met: Met | None = None  # the first friction of the latest two days with any
    mets: dict[int, int] = field(
        default_factory=dict
    )  # what hurt (streams.insights.harm.meetings) -> the latest week, at most METS, the latest at the end
    realms: dict[str, int] = field(default_factory=dict)  # realm of experience -> touchpoints


class Background(Part):
    """What few touchpoints change: value, loyalty, the profile, consents, other ids."""

    rung: Position = field(default_factory=Position)
    purchases_at_slip: int = 0  # purchases made when the customer last fell to a lower rung
    value: Value = field(default_factory=Value)
    periods: dict[int, int] = field(
        default_factory=dict
    )  # four-week period (number since 1970) -> spend in minor units, the last PERIODS with any
    plan_price: int = 0  # minor units of the value's currency, per period of the subscription; 0: unknown
    references: bytearray = field(default_factory=bytearray)  # the last REFERENCES short hashes of order and receipt numbers
    # the last THINGS short hashes of a kind and the thing it told of (streams.engine.things)
    things: bytearray = field(default_factory=bytearray)
    scores: dict[str, float] = field(default_factory=dict)  # survey metric -> latest answer, scaled to 0..1
    dimensions: dict[str, Dimension] = field(default_factory=dict)  # dimension -> expectation and perception, at most DIMENSIONS
    promises: dict[str, Promise] = field(default_factory=dict)  # "dimension:ref" -> promise, at most PROMISES
    ratings: dict[str, Rating] = field(default_factory=dict)  # place -> what our own people said of it, at most RATINGS
    consents: dict[str, Consent] = field(default_factory=dict)  # "purpose/channel", "purpose", "*" or "/channel" (closed) -> consent
    language: str = ""  # that the customer reads, as en or pt-BR; empty: unknown
    held_up: bool = False  # an open friction removed a promotion from a decision: it is decided again when all are closed
    predicted_at: int = 0  # ms UTC of the prediction that has no label yet; 0: none
    earlier: Earlier | None = None  # counters of an anonymous journey when its current episode began; None: in its first episode
    absorbed_hand_overs: bytearray = field(default_factory=bytearray)  # short hashes of the last HAND_OVERS hand-overs it absorbed
    linked_ids: bytearray = field(default_factory=bytearray)  # short hashes of the ids that joined it, at most LINKED
    known_as: list[str] = field(
        default_factory=list
    )  # other known ids of this customer, at most KNOWN_AS: a control arm of one id holds for all


_encode = msgspec.msgpack.Encoder().encode
NO_RINGS = msgspec.Raw(b"\x80")  # an empty map; a codec has that of its own layout
NOT_LOOKING, NO_BACKGROUND = msgspec.Raw(_encode(Looking())), msgspec.Raw(_encode(Background()))
_read_looking = msgspec.msgpack.Decoder(Looking).decode
_read_background = msgspec.msgpack.Decoder(Background).decode


class Packed(Protocol):
    """A journey as its parts see it. Each part is an object, or its bytes."""

    ring_part: Any
    looking: Any
    background: Any

    def read_rings(self, packed: msgspec.Raw, /) -> Any:
        """Return the rings in these bytes."""


class InPart(Generic[T]):
    """A field of a journey that lies in one of its parts. The part stays bytes until such a field is asked for."""

    def __set_name__(self, _owner: type, name: str) -> None:
        self.name = name

    def unpacked(self, journey: Packed) -> Any:
        """Return the part as an object. From now on the journey holds the object."""
        raise NotImplementedError

    def __set__(self, journey: Packed, value: T) -> None:
        setattr(self.unpacked(journey), self.name, value)


class InLooking(InPart[T]):
    """A field in the part `looking`."""

    def __get__(self, journey: Packed, _owner: type) -> T:
        part = journey.looking
        found: T = getattr(self.unpacked(journey) if type(part) is msgspec.Raw else part, self.name)
        return found

    def unpacked(self, journey: Packed) -> Any:
        """Return what was looked at, as an object."""
        part = journey.looking
        if type(part) is msgspec.Raw:
            part = journey.looking = _read_looking(part)
        return part


class InBackground(InPart[T]):
    """A field in the part `background`."""

    def __get__(self, journey: Packed, _owner: type) -> T:
        part = journey.background
        found: T = getattr(self.unpacked(journey) if type(part) is msgspec.Raw else part, self.name)
        return found

    def unpacked(self, journey: Packed) -> Any:
        """Return the background, as an object."""
        part = journey.background
        if type(part) is msgspec.Raw:
            part = journey.background = _read_background(part)
        return part


class InRings:
    """The rings of a journey. They stay bytes until one of them is asked for."""

    def __get__(self, journey: Packed, _owner: type) -> Any:
        rings = journey.ring_part
        if type(rings) is msgspec.Raw:
            rings = journey.ring_part = journey.read_rings(rings)
        return rings

    def __set__(self, journey: Packed, rings: Rings | None) -> None:
        journey.ring_part = rings
