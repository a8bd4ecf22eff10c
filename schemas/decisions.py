"""Every decision, also the reasoned no."""

from __future__ import annotations

from typing import ClassVar, Literal

import msgspec

from schemas.offers import Factors, Family
from schemas.outputs import Output
from schemas.topics import DECISIONS

Outcome = Literal["offered", "withheld", "held_out", "nothing_eligible"]
Reason = Literal[
    "not_eligible", "not_applicable", "open_friction", "harm_guard", "double_deviation", "habituated", "no_consent", "unknown_consent",
    "frequency_cap", "cooldown", "quiet_hours_deferred", "budget_spent", "lower_priority", "held_out", "shared_device", "erased",
    "expired", "channel_closed", "anonymous",
]  # fmt: skip


class Candidate(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One offer that was considered: how far it came, and what it was worth."""

    offer: str
    family: Family
    channel: str = ""  # empty: all of its channels, by a step that looks at the offer alone
    step: str = ""  # the funnel step that removed it; empty for the winner
    reason: Reason | None = None  # None for the winner
    detail: str = ""  # one sentence: which cap, which friction, until when
    factors: Factors | None = None  # of every candidate that reached the rank
    rank: float = 0.0


class DecisionMade(Output, frozen=True, kw_only=True):
    """What was decided for this customer at this moment, and what removed every candidate that lost."""

    topic: ClassVar[str] = DECISIONS
    examples: ClassVar[tuple[str, ...]] = (
        '{"type":"decision_made","id":"e31f0c44ab6d2790","customer":"c7","at":"2026-01-05T21:12:44.120Z","caused_by":"e25",'
        '"rules":"5f0c6a1be2d97c40","outcome":"withheld","reason":"quiet_hours_deferred","triggers":["friction_opened:payment_failed"],'
        '"candidates":[{"offer":"payment_help","family":"service_recovery","channel":"sms","step":"quiet",'
        '"reason":"quiet_hours_deferred","detail":"quiet until 2026-01-06T07:00:00.000Z"},{"offer":"comeback_voucher",'
        '"family":"incentive","step":"eligible","reason":"not_eligible"}],'
        '"risk":0.18,"band":"calm","deferred_until":"2026-01-06T07:31:08.412Z"}',
    )

    outcome: Outcome
    reason: Reason | None = None  # of the candidate that came furthest, when nothing was offered
    triggers: tuple[str, ...]  # "friction_opened:payment_failed", "risk_rose:high", ...
    candidates: tuple[Candidate, ...]
    offer: str = ""  # id of the OfferMade (or of the one that would have been made, when held out)
    offer_name: str = ""
    risk: float
    band: str
    experiment: str = ""
    arm: Literal["treated", "control", ""] = ""
    revision: int = 1  # 2: decided again after quiet hours
    deferred_until: str = ""  # RFC 3339: when it is decided again
    joins: str = ""  # id of the deferred decision that will be taken for this one too
    owner: str = ""  # the person's role who must answer now, where a machine must not (double_deviation)
