"""Decoders for the records on our topics: touchpoints, and everything that Sojourn published about customers."""

from __future__ import annotations

import functools
import operator
from typing import Any

import msgspec

from schemas.control import JourneyLinked, TouchpointForwarded
from schemas.conventions import NO_CONVENTIONS, Conventions
from schemas.inputs import native
from schemas.masking import mask
from schemas.outputs import Output
from schemas.outputs.decisions import DecisionMade, OutcomeUnmatched
from schemas.outputs.offers import OfferMade, OfferWithdrawn
from schemas.outputs.signals import (
    ChurnSignalRaised,
    FrictionClosed,
    FrictionOpened,
    FrictionRepeated,
    ReviewSuspected,
    RiskChanged,
    RiskProved,
    RiskStated,
    SignalRetracted,
)
from schemas.outputs.transitions import (
    GapMeasured,
    JourneysMerged,
    JourneysUnlinked,
    LinkRefused,
    MotiveInferred,
    PersonaEntered,
    PersonaLeft,
    PhaseEntered,
    RungEntered,
    SacrificeMeasured,
    StageEntered,
    TierEntered,
)
from schemas.reading import Read
from schemas.touchpoints import ANY
from schemas.touchpoints.base import Touchpoint
from streams.identity.linking import unwrap

# Records of one moment are shown in this order: the order in which the core publishes them.
PUBLISHED: tuple[type[Output], ...] = (
    JourneysMerged, JourneysUnlinked, LinkRefused, TierEntered, StageEntered, RungEntered, GapMeasured, SacrificeMeasured,
    MotiveInferred, FrictionClosed, SignalRetracted, FrictionOpened, FrictionRepeated, ReviewSuspected, ChurnSignalRaised, RiskProved,
    RiskStated, RiskChanged, PhaseEntered, PersonaEntered, PersonaLeft, DecisionMade, OfferMade, OfferWithdrawn,
    OutcomeUnmatched,
)  # fmt: skip
_ANY: Any = functools.reduce(operator.or_, PUBLISHED)
OUTPUT_TOPICS: tuple[str, ...] = tuple(sorted({kind.topic for kind in PUBLISHED}))

published = msgspec.json.Decoder(_ANY).decode
_touchpoint = msgspec.json.Decoder(ANY | TouchpointForwarded).decode
_link = msgspec.json.Decoder(JourneyLinked).decode


def touchpoint(value: bytes, conventions: Conventions = NO_CONVENTIONS) -> Touchpoint | None:
    """Return the touchpoint in this record; None if it is a control record (a tick, the end of a history) or cannot be read.

    A touchpoint that another id's journey has forwarded is returned too. It is read as the journey reads it: a company's own names have
    their meaning, optional fields that do not fit are left out, and what is secret in paths and texts is hidden.

    >>> touchpoint(b'{"kind":"tick","customer":"c7","due":1761555600000}') is None
    True
    """
    try:
        found: Touchpoint | TouchpointForwarded | None = _touchpoint(value)
    except msgspec.MsgspecError:
        found = _leniently(value, conventions)
    if found is None:
        return None
    return mask(unwrap(found) if isinstance(found, TouchpointForwarded) else found, conventions)[0]


def _leniently(value: bytes, conventions: Conventions) -> Touchpoint | None:
    found = native.read(value, (), conventions)
    return found.touchpoint if isinstance(found, Read) else found if isinstance(found, Touchpoint) else None


def link(value: bytes) -> JourneyLinked | None:
    """Return the control record by which this journey is to be handed over to another id; None if this is another record.

    >>> link(b'{"kind":"tick","customer":"c7","due":1761555600000}') is None
    True
    """
    try:
        return _link(value)
    except msgspec.MsgspecError:
        return None
