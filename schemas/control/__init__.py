"""Control records: they steer the journeys and are no touchpoints.

They travel on the touchpoint topic. They count only if the workers signed them for that place (`signing`).
"""

from __future__ import annotations

import functools
import math
import operator
from typing import Any, Literal

import msgspec

from schemas.control.models import CadenceModel, LearntWeights
from schemas.control.worth import Worth
from schemas.touchpoints.base import snake_case
from schemas.touchpoints.units import Count, Milliseconds


class Control(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag_field="kind", tag=snake_case):
    """A control record. Its `kind` never equals the kind of a touchpoint (a test checks this)."""


class Addressed(Control, frozen=True, kw_only=True):
    """A control record about one journey. It lies in the log under that journey's key."""

    customer: str  # the key: id of the customer


class Broadcast(Control, frozen=True, kw_only=True):
    """A control record about whole partitions. One copy lies in each partition, under any key."""


class Tick(Addressed, frozen=True, kw_only=True):
    """The time `due` of this customer's timer has come. It is harmless when repeated, or when the timer is set to another time by now."""

    due: Milliseconds  # ms UTC


class JourneyLinked(Addressed, frozen=True, kw_only=True):
    """Two ids are one customer. The journey of `customer` is to be handed over to the journey of `to`, the stronger id.

    >>> signed_in = JourneyLinked(customer="anon:5f2c", to="c7", at=1761561000000, cause="e90")
    >>> msgspec.json.encode(signed_in)
    b'{"kind":"journey_linked","customer":"anon:5f2c","to":"c7","at":1761561000000,"cause":"e90","whole":false,"hops":0}'
    """

    to: str  # id of the customer who takes over
    at: Milliseconds  # ms UTC: when they signed in, or it was reported
    cause: str  # id of the touchpoint that names both
    whole: bool = False  # true: reported of the customer, once for all; false: a sign-in on a device that others may use too
    hops: Count = 0  # journeys that passed it on


class LinkAsked(Addressed, frozen=True, kw_only=True):
    """Two ids are one customer. The journey of `customer`, the stronger id, counts the ids that join it, and then sends the link."""

    origin: str  # id whose journey is to be handed over
    at: Milliseconds  # ms UTC: when they signed in, or it was reported
    cause: str  # id of the touchpoint that names both
    whole: bool = False  # true: reported of the customer, once for all; false: a sign-in on a device that others may use too
    hops: Count = 0  # journeys that passed it on


class JourneyUnlinked(Addressed, frozen=True, kw_only=True):
    """An operator says that two ids are two customers. Nothing more of `customer` goes to `to`. What was handed over stays there."""

    to: str  # id to whom nothing more goes
    at: Milliseconds  # ms UTC: when the operator said so
    why: str = ""  # reason in the words of the operator


class JourneyHandedOver(Addressed, frozen=True, kw_only=True):
    """What another journey remembers, or its current episode (session), to be added to `customer`. It is harmless when repeated."""

    origin: str  # id whose journey it was
    id: str  # id of the hand-over: a repeated one is known by it
    at: Milliseconds  # ms UTC of the link that led to it
    cause: str  # id of the touchpoint that names both
    whole: bool  # true: all of the journey; false: its current episode
    state: bytes  # as streams.state.codec writes it
    layout: list[tuple[str, list[str]]]  # layout of its histories: kinds, and the fields of their entries
    hops: Count = 0  # journeys that passed it on


class TouchpointForwarded(Addressed, frozen=True, kw_only=True):
    """A touchpoint of a journey that was handed over. It happened to `customer`."""

    origin: str  # the id it came under
    touchpoint: msgspec.Raw  # in canonical form, as it came
    hops: Count = 0  # journeys that passed it on, this time included


class HistoryEnded(Broadcast, frozen=True, kw_only=True):
    """No more history will come, so time may pass up to `until` on this partition. One record lies in every partition."""

    until: Milliseconds  # ms UTC


class Norm(msgspec.Struct, frozen=True, array_like=True):
    """What is usual over all customers.

    >>> Norm(30, 10.0, 2.0).beyond(16), Norm(30, 10.0, 0.0).beyond(10), Norm(30, 10.0, 0.0).beyond(11)
    (3.0, 0.0, inf)
    """

    count: Count  # how many values
    mean: float  # in the unit of the values
    deviation: float  # standard deviation, in the same unit

    def beyond(self, value: float) -> float:
        """Return by how many standard deviations `value` lies above the mean; negative below it, infinite if nothing ever deviated."""
        away = value - self.mean
        return away / self.deviation if self.deviation else math.copysign(math.inf, away) if away else 0.0


class BaselinePublished(Broadcast, frozen=True, kw_only=True):
    """What is usual, for one detector that compares with a norm. The newer of two versions holds."""

    detector: str  # name of the detector
    version: Count  # of two versions the newer holds
    norms: dict[str, Norm]  # page, intent, pair of steps ... -> what is usual there


class WorthPublished(Broadcast, frozen=True, kw_only=True):
    """The value of customers, over all of them. The newer of two versions holds."""

    version: Count  # of two versions the newer holds
    worth: Worth  # the value of customers, over all of them


class RulesPublished(Broadcast, frozen=True, kw_only=True):
    """This blueprint is in force from this record of the log on. The newer of two versions holds.

    Its body lies in `journey.blueprints.v1` under its hash.
    """

    name: str  # name of the blueprint
    version: Count  # of two versions the newer holds
    hash: str  # 64 bits over the body, in hexadecimal: the fingerprint on every signal and decision
    why: str = ""  # reason in the words of the publisher


class ModelPublished(Broadcast, frozen=True, kw_only=True):
    """This model is in force from this record of the log on. Of two versions of a name the newer holds.

    Without a model the shipped priors hold again. The record carries the body of the model: a few hundred bytes. So no worker has to look
    it up, and none can miss it.
    """

    name: Literal["cadence", "weights"]  # which model
    version: Count  # of two versions of a name the newer holds
    cadence: CadenceModel | None = None  # body of the cadence model; None: this is another model, or the shipped priors hold again
    weights: LearntWeights | None = None  # body of the learnt weights; None: this is another model, or the shipped priors hold again
    why: str = ""  # reason in the words of the publisher


CONTROLS: tuple[type[Control], ...] = (
    BaselinePublished, HistoryEnded, JourneyHandedOver, JourneyLinked, JourneyUnlinked, LinkAsked, ModelPublished, RulesPublished, Tick,
    TouchpointForwarded, WorthPublished,
)  # fmt: skip
ANY_CONTROL: Any = functools.reduce(operator.or_, CONTROLS)  # their union, as msgspec's decoders take it
