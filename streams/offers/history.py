"""The books of the offers made: what became of each, which are withdrawn, and what comes due. They are the same for both arms."""

from __future__ import annotations

from typing import Any

from schemas.offers import Because, OfferWithdrawn
from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.outcomes import OfferAccepted, OfferDeclined, OfferDelivered, OfferExpired, OfferRefusedByChannel, OfferSeen
from streams.context import Context
from streams.offers import consent
from streams.rules.offer_rows import Offer
from streams.state import Journey, MadeOffer

OUTCOME: dict[type[Touchpoint], str] = {
    OfferDelivered: "delivered",
    OfferSeen: "seen",
    OfferAccepted: "accepted",
    OfferDeclined: "declined",
    OfferExpired: "expired",
    OfferRefusedByChannel: "refused",
}
OUTCOME_KINDS = frozenset(OUTCOME) | consent.KINDS  # kinds that `record_outcome` hears
# What is known only grows: a later report may come out of order, and never takes back a stronger one.
ORDER = {name: i for i, name in enumerate(("", "withdrawn", "refused", "delivered", "seen", "expired", "declined", "accepted"))}


def record_outcome(ctx: Context, touchpoint: Touchpoint) -> None:
    """The offer's entry learns what became of it; a consent that is gone withdraws what has not been delivered yet.

    An offer that is not in the books (too old, or not ours) changes nothing.
    """
    if outcome := OUTCOME.get(type(touchpoint)):
        reported: Any = touchpoint
        for made in ctx.journey.made:
            if made.id == reported.offer:
                _record(made, outcome, touchpoint.at)
    if type(touchpoint) in consent.KINDS:
        consent.note(ctx.journey, touchpoint)
        withdraw_unwanted(ctx)


def _record(made: MadeOffer, outcome: str, at: int) -> None:
    if ORDER[outcome] > ORDER[made.outcome]:
        made.outcome, made.outcome_at = outcome, at


def withdraw_unwanted(ctx: Context) -> None:
    """What has not been delivered and is not allowed any more is withdrawn."""
    rows = {offer.name: offer for offer in ctx.rules.offers}
    for made in ctx.journey.made:
        if made.outcome == "" and _unwanted(ctx, rows.get(made.offer), made.channel):
            _withdraw(ctx, made, "consent_withdrawn")


def _unwanted(ctx: Context, offer: Offer | None, channel: str) -> bool:
    """An offer that is no longer in the catalogue keeps its promise unless the customer ended everything."""
    if offer is None:
        return consent.ERASED in ctx.journey.consents or consent.EVERYTHING in ctx.journey.consents
    removed = consent.consent(ctx, offer, channel)
    return removed is not None and removed.reason in ("no_consent", "erased")  # a channel that closed took no word back


def withdraw(ctx: Context, signal_id: str, because: Because) -> None:
    """The signal no longer stands: an undelivered offer that rests on no other signal must not be made any more."""
    for made in ctx.journey.made:
        if made.outcome == "" and signal_id in made.signals:
            made.signals.remove(signal_id)
            if not made.signals:
                _withdraw(ctx, made, because)


def _withdraw(ctx: Context, made: MadeOffer, because: Because) -> None:
    """It still counts towards the caps: whoever sends it may have been faster than the withdrawal. A shadow was never published."""
    made.outcome, made.outcome_at = "withdrawn", ctx.at
    if not made.shadow:
        ctx.out.append(OfferWithdrawn(**ctx.head(f"withdraw:{made.id}"), offer=made.offer, made=made.id, because=because))


def next_wake(journey: Journey) -> int:
    """The earliest moment (ms UTC) at which a waiting decision is due or an unreported offer ends; 0: none.

    >>> next_wake(Journey(made=[MadeOffer("m1", "voucher", "incentive", "email", 0, 500)]))
    500
    """
    due = journey.deferred.due if journey.deferred else 0
    for made in journey.made:
        if made.outcome == "" and (not due or made.valid_until < due):
            due = made.valid_until
    return due


def wake(ctx: Context) -> None:
    """What time alone brings: an offer nobody reported on counts as delivered, and a decision that waited becomes due.

    The due decision's triggers join those of this moment, so that `decide_offer` takes one decision and not two.
    """
    for made in ctx.journey.made:
        if made.outcome == "" and made.valid_until <= ctx.at:
            made.outcome, made.outcome_at = "delivered", made.valid_until
    waiting = ctx.journey.deferred
    if waiting is not None and waiting.due <= ctx.at:
        ctx.triggers.extend(waiting.triggers)
