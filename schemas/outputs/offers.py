"""Offers: the records that marketing automation subscribes to."""

from __future__ import annotations

from typing import ClassVar, Literal

import msgspec

from schemas.outputs import Output
from schemas.topics import OFFERS

Family = Literal["basket_change", "service_recovery", "incentive"]
Because = Literal[
    "signal_retracted", "cause_resolved", "consent_withdrawn", "channel_closed", "complaint_opened", "friction_opened", "purchase_made",
    "goal_reached",
]  # fmt: skip


class Factors(msgspec.Struct, frozen=True, kw_only=True):
    """The factors of a candidate's rank. The rank is their product."""

    propensity: float  # P: chance that this customer accepts, 0..1
    context: float  # C: time, severity and channel affinity; 1 = neutral
    value: float  # V: expected margin saved minus cost, minor units
    lever: float  # L: weight of its lever (financial, social, structural); 1 = neutral


class OfferMade(Output, frozen=True, kw_only=True):
    """An offer to make to this customer, with its reasons."""

    topic: ClassVar[str] = OFFERS
    examples: ClassVar[tuple[str, ...]] = (
        '{"type":"offer_made","id":"7c41d0a92be3f615","customer":"c7","at":"2026-01-05T09:12:44.120Z","caused_by":"e25",'
        '"rules":"5f0c6a1be2d97c40","offer":"payment_help","version":1,"family":"service_recovery","channel":"web","place":"/pay",'
        '"wording":"payment_help","valid_from":"2026-01-05T09:12:44.120Z","valid_until":"2026-01-06T09:12:44.120Z",'
        '"expected_value":390.0,"reasons":["payment_failed is open at /pay since 2026-01-05T09:12:44.120Z",'
        '"the risk of leaving is 18% (calm)"],"evidence":["1b09f3de77a2c518","e25"],"decision":"e31f0c44ab6d2790","risk":0.18,'
        '"factors":{"propensity":0.5,"context":1.0,"value":780.0,"lever":1.1},"share":1.0}',
    )

    offer: str  # name in the blueprint
    version: int  # version of the offer in the blueprint
    family: Family  # what the offer does
    channel: str  # where to make it
    place: str = ""  # where in the channel the cause lies; empty: unknown
    wording: str  # key of the text to send
    valid_from: str  # RFC 3339
    valid_until: str  # RFC 3339
    expected_value: float  # minor units: propensity x value
    reasons: tuple[str, ...]  # one sentence each
    evidence: tuple[str, ...]  # ids of touchpoints and signals
    decision: str  # id of the DecisionMade
    risk: float  # chance of leaving within the horizon, 0..1
    factors: Factors  # why it ranks where it does
    share: float  # probability with which this offer was chosen among the candidates, 0..1
    experiment: str = ""  # name of the experiment; empty: none
    arm: Literal["treated", ""] = ""  # arm of the experiment; empty: there is none
    currency: str = ""  # ISO 4217 of the expected value; empty: the blueprint names none


class OfferWithdrawn(Output, frozen=True, kw_only=True):
    """An offer that is not delivered yet and must not be made any more."""

    topic: ClassVar[str] = OFFERS
    examples: ClassVar[tuple[str, ...]] = (
        '{"type":"offer_withdrawn","id":"90aa12cd5e6f7b31","customer":"c7","at":"2026-01-05T09:14:02.000Z","caused_by":"e29",'
        '"rules":"5f0c6a1be2d97c40","offer":"payment_help","made":"7c41d0a92be3f615","because":"cause_resolved"}',
    )

    offer: str  # name in the blueprint
    made: str  # id of the OfferMade
    because: Because  # why it must not be made any more
