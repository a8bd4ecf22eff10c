"""Records that steer, not touch: they ride on the touchpoint topic and count only with the workers' signature."""

from __future__ import annotations

import functools
import hmac
import math
import operator
from collections.abc import Iterable
from typing import Any, Literal

import msgspec

from schemas.models import CadenceModel, LearntWeights
from schemas.touchpoints.base import snake_case
from schemas.worth import Worth

SIGNATURE = "sojourn-signature"  # header: HMAC-SHA256 of the value under the workers' key


class Control(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag_field="kind", tag=snake_case):
    """A control record; `kind` never collides with a touchpoint's (a test holds them apart)."""


class Addressed(Control, frozen=True, kw_only=True):
    """It concerns one journey, and lies in the log under its key."""

    customer: str


class Broadcast(Control, frozen=True, kw_only=True):
    """It concerns whole partitions: one copy lies in each, under any key."""


class Tick(Addressed, frozen=True, kw_only=True):
    """The moment `due` has come for this customer. Harmless when repeated, or when the journey has another wake by now."""

    due: int  # ms UTC


class JourneyLinked(Addressed, frozen=True, kw_only=True):
    """Two ids are one customer: the journey of `customer` is to be handed over to that of `to`, the stronger id.

    >>> signed_in = JourneyLinked(customer="anon:5f2c", to="c7", at=1761561000000, cause="e90")
    >>> msgspec.json.encode(signed_in)
    b'{"kind":"journey_linked","customer":"anon:5f2c","to":"c7","at":1761561000000,"cause":"e90","whole":false,"hops":0}'
    """

    to: str
    at: int  # ms UTC: when they signed in, or it was said
    cause: str  # id of the touchpoint that names both
    whole: bool = False  # said of the customer, once for all; otherwise a sign-in on a device that others may use, too
    hops: int = 0  # journeys that passed it on


class JourneyHandedOver(Addressed, frozen=True, kw_only=True):
    """What another journey remembers, or its current episode, for `customer` to take in. Harmless when repeated."""

    origin: str  # whose journey it was
    id: str
    at: int  # ms UTC of the link that led to it
    cause: str  # id of the touchpoint that names both
    whole: bool  # all of it; otherwise its current episode
    state: bytes  # as streams.state.codec writes it
    layout: list[tuple[str, list[str]]]  # how its rings are laid out: kinds, and the fields of their marks
    hops: int = 0  # journeys that passed it on


class TouchpointForwarded(Addressed, frozen=True, kw_only=True):
    """A touchpoint of a journey that was handed over: it happened to `customer`."""

    origin: str  # the id it came under
    touchpoint: msgspec.Raw  # in canonical form, as it came
    hops: int = 0  # journeys that passed it on, this time among them


class HistoryEnded(Broadcast, frozen=True, kw_only=True):
    """No more history will come: time may pass up to `until` on this partition. One for every partition."""

    until: int  # ms UTC


class Norm(msgspec.Struct, frozen=True, array_like=True):
    """What is usual over all customers.

    >>> Norm(30, 10.0, 2.0).beyond(16), Norm(30, 10.0, 0.0).beyond(10), Norm(30, 10.0, 0.0).beyond(11)
    (3.0, 0.0, inf)
    """

    count: int
    mean: float
    deviation: float  # standard deviation

    def beyond(self, value: float) -> float:
        """By how many standard deviations the value lies above the mean (below: negative); infinite where nothing ever deviated."""
        away = value - self.mean
        return away / self.deviation if self.deviation else math.copysign(math.inf, away) if away else 0.0


class BaselinePublished(Broadcast, frozen=True, kw_only=True):
    """What is usual, for one detector that judges against a norm. Of two versions the newer counts."""

    detector: str
    version: int
    norms: dict[str, Norm]  # page, intent, pair of steps ... -> what is usual there


class WorthPublished(Broadcast, frozen=True, kw_only=True):
    """What customers are worth, over all of them. Of two versions the newer counts."""

    version: int
    worth: Worth


class RulesPublished(Broadcast, frozen=True, kw_only=True):
    """From here on in the log this blueprint is in force; its body lies in `journey.blueprints.v1` under its hash. Of two versions the
    newer counts."""

    name: str
    version: int
    hash: str  # 64 bits over the body, in hexadecimal: the fingerprint that rides on every signal and decision
    why: str = ""  # in the words of whoever published it


class ModelPublished(Broadcast, frozen=True, kw_only=True):
    """From here on in the log this model is in force, or none where it carries none: then shipped priors hold again. Of two versions of a
    name the newer counts. It carries its body: a few hundred bytes, which no worker has to look up and none can miss."""

    name: Literal["cadence", "weights"]
    version: int
    cadence: CadenceModel | None = None
    weights: LearntWeights | None = None
    why: str = ""  # in the words of whoever published it


CONTROLS: tuple[type[Control], ...] = (
    BaselinePublished, HistoryEnded, JourneyHandedOver, JourneyLinked, ModelPublished, RulesPublished, Tick, TouchpointForwarded,
    WorthPublished,
)  # fmt: skip
ANY_CONTROL: Any = functools.reduce(operator.or_, CONTROLS)  # their union, as msgspec's decoders take it


def signature(key: bytes, value: bytes) -> bytes:
    """HMAC-SHA256 of a control record's bytes.

    >>> len(signature(b"secret", b"{}"))
    32
    """
    return hmac.digest(key, value, "sha256")


def signed(key: bytes, value: bytes, headers: Iterable[tuple[str, bytes]]) -> bool:
    """Whether these headers carry the workers' signature of this value.

    >>> signed(b"secret", b"{}", [(SIGNATURE, signature(b"secret", b"{}"))])
    True
    >>> signed(b"secret", b"{}", [(SIGNATURE, b"forged")])
    False
    """
    given = next((v for k, v in headers if k == SIGNATURE), b"")
    return hmac.compare_digest(given, signature(key, value))
