"""Decisions about offers. One is published also when no offer is made, with the reason."""

from __future__ import annotations

from typing import ClassVar, Literal

import msgspec

from schemas.outputs import Output
from schemas.outputs.offers import Factors, Family
from schemas.topics import DECISIONS

Outcome = Literal["offered", "withheld", "held_out", "nothing_eligible"]
Reason = Literal[
    "not_eligible", "not_applicable", "open_friction", "harm_guard", "double_deviation", "habituated", "no_consent", "unknown_consent",
    "frequency_cap", "cooldown", "quiet_hours_deferred", "budget_spent", "lower_priority", "held_out", "shared_device", "erased",
    "expired", "channel_closed", "anonymous", "unreachable", "not_worth_it",
]  # fmt: skip


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """One offer that was considered: which step removed it, and how it ranked."""

    offer: str  # name in the blueprint
    family: Family  # what the offer does
    channel: str = ""  # where it would be made; empty: a step removed it on all of its channels
    step: str = ""  # the funnel step that removed it; empty for the winner
    reason: Reason | None = None  # why the step removed it; None for the winner
    detail: str = ""  # one sentence: which cap, which friction, until when
    factors: Factors | None = None  # for every candidate that reached the ranking; None: it did not
    rank: float = 0.0  # product of the factors, minor units; 0: it did not reach the ranking


class OutcomeUnmatched(Output, frozen=True, kw_only=True):
    """A reported outcome that counts for nothing: this customer was made no such offer, or it is forgotten.

    It is no act of the customer, so it does not end a silence.
    """

    topic: ClassVar[str] = DECISIONS
    offer: str  # the id that the report named
    outcome: str  # kind of the report: offer_accepted, offer_declined, ...
    reason: Literal["unknown_offer"]  # why it counts for nothing


class DecisionMade(Output, frozen=True, kw_only=True):
    """One decision about offers for this customer, with what removed every candidate that lost."""

    topic: ClassVar[str] = DECISIONS
    examples: ClassVar[tuple[str, ...]] = (
        '{"type":"decision_made","id":"e31f0c44ab6d2790","customer":"c7","at":"2026-01-05T21:12:44.120Z","caused_by":"e25",'
        '"rules":"5f0c6a1be2d97c40","outcome":"withheld","reason":"quiet_hours_deferred",'
        '"triggers":["friction_opened:payment_failed"],"candidates":[{"offer":"payment_help","family":"service_recovery",'
        '"channel":"sms","step":"quiet","reason":"quiet_hours_deferred","detail":"quiet until 2026-01-06T07:00:00.000Z",'
        '"factors":null,"rank":0.0},{"offer":"comeback_voucher","family":"incentive","channel":"","step":"eligible",'
        '"reason":"not_eligible","detail":"","factors":null,"rank":0.0}],"offer":"","offer_name":"","risk":0.18,"band":"calm",'
        '"experiment":"","arm":"","decision":"e31f0c44ab6d2790","revision":1,"deferred_until":"2026-01-06T07:31:08.412Z",'
        '"joins":"","owner":""}',
    )

    outcome: Outcome  # offered; withheld; held out for the experiment; nothing eligible
    reason: Reason | None = None  # of the candidate that came furthest; None: something was offered
    triggers: tuple[str, ...]  # "friction_opened:payment_failed", "risk_rose:high", ...
    candidates: tuple[Candidate, ...]  # every offer that was considered
    offer: str = ""  # id of the OfferMade; of the one that would have been made if the customer is held out
    offer_name: str = ""  # its name in the blueprint; empty: none
    risk: float  # chance of leaving within the horizon, 0..1
    band: str  # band of the risk: calm, watch, high, critical
    experiment: str = ""  # name of the experiment; empty: none
    arm: Literal["treated", "control", ""] = ""  # arm of the experiment; empty: none
    decision: str  # id of the first record about this question; a later revision has an id of its own
    revision: int  # 1: the first; 2: decided again after quiet hours
    deferred_until: str = ""  # RFC 3339: when it is decided again; empty: it is not
    joins: str = ""  # `decision` of the deferred decision that will be taken for this one too
    owner: str = ""  # role of the person who must answer now, because a machine must not (double_deviation)
