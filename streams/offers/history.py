"""The history of the offers made: their outcomes, withdrawals and timers. It is kept in the same way for both arms."""

from __future__ import annotations

from typing import Any

from schemas.outputs.offers import Because, OfferWithdrawn
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
OUTCOME_KINDS = frozenset(OUTCOME) | consent.KINDS  # kinds that `record_outcome` reads
# A later outcome in this list replaces an earlier one, never the reverse: reports may come out of order.
ORDER = {name: i for i, name in enumerate(("", "withdrawn", "refused", "delivered", "seen", "expired", "declined", "accepted"))}


def record_outcome(ctx: Context, touchpoint: Touchpoint) -> None:
    """Record the outcome that a touchpoint reports. A withdrawn consent also withdraws offers that are not yet delivered.

    An offer that is not in the history (too old, or not ours) changes nothing.
    """
    if outcome := OUTCOME.get(type(touchpoint)):
        reported: Any = touchpoint
        for made in ctx.journey.made:
            if made.id == reported.offer:
                _record(made, outcome, touchpoint.at)
    if type(touchpoint) in consent.KINDS:
        consent.note_consent(ctx.journey, touchpoint)
        withdraw_unwanted(ctx)


def _record(made: MadeOffer, outcome: str, at: int) -> None:
    if ORDER[outcome] > ORDER[made.outcome]:
        made.outcome, made.outcome_at = outcome, at


def withdraw_unwanted(ctx: Context) -> None:
    """Withdraw every offer that is not yet delivered and no longer allowed."""
    rows = {offer.name: offer for offer in ctx.rules.offers}
    for made in ctx.journey.made:
        if made.outcome == "" and _is_unwanted(ctx, rows.get(made.offer), made.channel):
            _withdraw(ctx, made, "consent_withdrawn")


def _is_unwanted(ctx: Context, offer: Offer | None, channel: str) -> bool:
    """Return whether the customer no longer allows it. An offer gone from the catalogue stays allowed, unless the customer ended
    everything.
    """
    if offer is None:
        return consent.ERASED in ctx.journey.consents or consent.EVERYTHING in ctx.journey.consents
    removed = consent.consent(ctx, offer, channel)
    return removed is not None and removed.reason in ("no_consent", "erased")  # a closed channel does not withdraw a consent


def withdraw_for_signal(ctx: Context, signal_id: str, because: Because) -> None:
    """Withdraw the undelivered offers that have no other signal behind them: this signal no longer holds."""
    for made in ctx.journey.made:
        if made.outcome == "" and signal_id in made.signals:
            made.signals.remove(signal_id)
            if not made.signals:
                _withdraw(ctx, made, because)


def _withdraw(ctx: Context, made: MadeOffer, because: Because) -> None:
    """Withdraw an offer, and publish that unless it was in the control arm, where nothing had been published.

    It still counts for the caps: whoever sends offers may have been faster than the withdrawal.
    """
    made.outcome, made.outcome_at = "withdrawn", ctx.at
    if not made.shadow:
        ctx.out.append(OfferWithdrawn(**ctx.head(f"withdraw:{made.id}"), offer=made.offer, made=made.id, because=because))


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
