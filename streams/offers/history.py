"""The history of the offers made: their outcomes and timers. It is kept in the same way for both arms. `withdrawal.py` withdraws them."""

from __future__ import annotations

from typing import Any

from schemas.outputs.decisions import OutcomeUnmatched
from schemas.touchpoints import kind_of
from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.identity import ProfileChanged
from schemas.touchpoints.outcomes import OfferAccepted, OfferDeclined, OfferDelivered, OfferExpired, OfferRefusedByChannel, OfferSeen
from streams.context import Context
from streams.offers import consent, grounds, withdrawal
from streams.state import Journey, MadeOffer

OUTCOME: dict[type[Touchpoint], str] = {
    OfferDelivered: "delivered",
    OfferSeen: "seen",
    OfferAccepted: "accepted",
    OfferDeclined: "declined",
    OfferExpired: "expired",
    OfferRefusedByChannel: "refused",
}
OUTCOME_KINDS = frozenset(OUTCOME) | consent.KINDS  # kinds that `record_outcome` reads
# A later outcome in this list replaces an earlier one, never the reverse: reports may come out of order.
ORDER = {name: i for i, name in enumerate(("", "withdrawn", "refused", "delivered", "seen", "expired", "declined", "accepted"))}


def record_outcome(ctx: Context, touchpoint: Touchpoint) -> None:
    """Record the outcome that a touchpoint reports. A withdrawn consent also withdraws offers that are not yet delivered.

    A report about an offer that is not in the history does not come here (`report_unmatched`).
    """
    if outcome := OUTCOME.get(type(touchpoint)):
        reported: Any = touchpoint
        for made in ctx.journey.made:
            if made.id == reported.offer:
                _record(ctx, made, outcome, touchpoint.at)
    if isinstance(touchpoint, ProfileChanged) and touchpoint.language and not ctx.late:
        ctx.journey.language = touchpoint.language
    if type(touchpoint) in consent.KINDS:
        consent.note_consent(ctx.journey, touchpoint)
        withdrawal.withdraw_overtaken(ctx)


def is_unmatched(journey: Journey, touchpoint: Any) -> bool:
    """Return whether this report is about an offer that is not in the history: not ours, not this customer's, or forgotten."""
    return not any(made.id == touchpoint.offer for made in journey.made)


def report_unmatched(ctx: Context, touchpoint: Any) -> None:
    """Publish that a report counts for nothing. What it says about the channel itself still counts."""
    head = ctx.head(f"unmatched:{touchpoint.offer}")
    ctx.out.append(OutcomeUnmatched(**head, offer=touchpoint.offer, outcome=kind_of(type(touchpoint)), reason="unknown_offer"))
    if type(touchpoint) in consent.KINDS:
        consent.note_consent(ctx.journey, touchpoint)


def _record(ctx: Context, made: MadeOffer, outcome: str, at: int) -> None:
    """Record one outcome. After a refusal the next channel is tried, as long as the cause of the offer stands."""
    if ORDER[outcome] <= ORDER[made.outcome]:
        return
    withdrawn = made.outcome == "withdrawn"
    made.outcome, made.outcome_at = outcome, at
    if outcome == "refused" and not withdrawn and grounds.still_stands(ctx.journey, made):
        ctx.triggers.append(f"offer_refused:{made.offer}")


def next_offer_due(journey: Journey) -> int:
    """Return the earliest time (ms UTC) at which a waiting decision is due or an unreported offer ends; 0: none.

    >>> next_offer_due(Journey(made=[MadeOffer("m1", "voucher", "incentive", "email", 0, 500)]))
    500
    """
    due = journey.deferred.due if journey.deferred else 0
    for made in journey.made:
        if made.outcome == "" and (not due or made.valid_until < due):
            due = made.valid_until
    return due


def fire_offer_timers(ctx: Context) -> None:
    """Do what only time brings: an unreported offer counts as delivered at its end, and a waiting decision becomes due.

    The reasons of the waiting decision join those of this moment. So `decide_offer` makes one decision and not two.
    """
    for made in ctx.journey.made:
        if made.outcome == "" and made.valid_until <= ctx.at:
            made.outcome, made.outcome_at = "delivered", made.valid_until
    waiting = ctx.journey.deferred
    if waiting is not None and waiting.due <= ctx.at:
        ctx.triggers.extend(waiting.triggers)
