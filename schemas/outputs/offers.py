"""Offers: the records that marketing automation subscribes to."""

from __future__ import annotations

from typing import ClassVar, Literal

import msgspec

from schemas.outputs import Output
from schemas.outputs.about import NO_CURRENCY, Amount, Reference
from schemas.topics import OFFERS

Family = Literal["basket_change", "service_recovery", "incentive"]
Because = Literal[
    "signal_retracted", "cause_resolved", "consent_withdrawn", "channel_closed", "complaint_opened", "friction_opened", "purchase_made",
    "goal_reached",
]  # fmt: skip

Basis = Literal["prior", "own"]


class Factors(msgspec.Struct, frozen=True, kw_only=True):
    """The factors of a candidate's rank. The rank is their product."""

    propensity: float  # P: chance that this customer accepts, 0..1
    context: float  # C: time, severity and channel affinity; 1 = neutral
    value: float  # V: expected margin saved if it is accepted, minus cost, minor units
    lever: float  # L: weight of its lever (financial, social, structural); 1 = neutral
    basis: Basis = "prior"  # what V is: the catalogue's prior, or drawn towards this customer's own margin and risk. P is a prior


class OfferMade(Output, frozen=True, kw_only=True):
    """An offer to make to this customer, with its reasons."""

    topic: ClassVar[str] = OFFERS
    examples: ClassVar[tuple[str, ...]] = (
        '{"type":"offer_made","id":"7c41d0a92be3f615","customer":"c7","at":"2026-01-05T09:12:44.120Z","caused_by":"e25",'
        '"rules":"5f0c6a1be2d97c40","offer":"payment_help","version":1,"family":"service_recovery","channel":"web","place":"/pay",'
        '"wording":"payment_help","text":"Your payment of 89.00 EUR for order o7 did not go through. You can pay in another way.",'
        '"language":"en","about":[{"kind":"order","id":"o7"},{"kind":"payment","id":"z3"}],"amount":{"minor":8900,'
        '"currency":"EUR"},"minutes_late":null,"valid_from":"2026-01-05T09:12:44.120Z","valid_until":"2026-01-06T09:12:44.120Z",'
        '"expected_value":390.0,"reasons":["payment failed at /pay, order o7, payment z3, open since 2026-01-05T09:12:44.120Z",'
        '"the risk of leaving is 18%, in the band calm"],"evidence":["1b09f3de77a2c518","e25"],"decision":"e31f0c44ab6d2790","risk":0.18,'
        '"factors":{"propensity":0.5,"context":1.0,"value":780.0,"lever":1.1,"basis":"prior"},"share":1.0,"experiment":"","arm":"",'
        '"currency":"EUR"}',
    )

    offer: str  # name in the blueprint
    version: int  # version of the offer in the blueprint
    family: Family  # what the offer does
    channel: str  # where to make it
    place: str = ""  # where in the channel the cause lies; empty: unknown
    wording: str  # key of the text to send
    text: str = ""  # the text itself, with its variables filled in; empty: the blueprint holds none for this key
    language: str = ""  # of the text, as en or pt-BR; empty: there is no text
    about: tuple[Reference, ...] = ()  # the order, invoice, contact ... that it answers; empty: it names none
    amount: Amount | None = None  # the money that the cause is about; null: unknown
    minutes_late: int | None = None  # minutes since what did not happen was due; null: nothing was due
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
    currency: str = NO_CURRENCY  # ISO 4217 of the expected value; XXX: neither the blueprint nor a purchase has named one


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
