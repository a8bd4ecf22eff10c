"""What marketing automation subscribes to."""

from __future__ import annotations

from typing import ClassVar, Literal

import msgspec

from schemas.outputs import Output

Family = Literal["basket_change", "service_recovery", "incentive"]


class Factors(msgspec.Struct, frozen=True, kw_only=True):
    """Why a candidate ranks where it does: the rank is their product."""

    propensity: float  # P: chance that this customer accepts, 0..1
    context: float  # C: moment, severity, channel affinity; 1 = neutral
    value: float  # V: expected margin saved minus cost, minor units
    lever: float  # L: weight of its lever (financial, social, structural); 1 = neutral


class OfferMade(Output, frozen=True, kw_only=True):
    """An offer to make to this customer, with its reasons."""

    topic: ClassVar[str] = "journey.offers.v1"
    offer: str  # name in the blueprint
    version: int
    family: Family
    channel: str
    place: str = ""
    wording: str  # key of the text to send
    valid_from: str  # RFC 3339
    valid_until: str  # RFC 3339
    expected_value: float  # minor units
    reasons: tuple[str, ...]  # one sentence each
    evidence: tuple[str, ...]  # ids of touchpoints and signals
    decision: str  # id of the DecisionMade
    risk: float
    factors: Factors
    share: float  # probability with which this offer was chosen among the candidates
    experiment: str = ""
    arm: Literal["treated", ""] = ""


class OfferWithdrawn(Output, frozen=True, kw_only=True):
    """An offer not yet delivered that must not be made any more."""

    topic: ClassVar[str] = "journey.offers.v1"
    offer: str
    made: str  # id of the OfferMade
    because: Literal["signal_retracted", "cause_resolved", "consent_withdrawn"]
