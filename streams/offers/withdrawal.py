"""Withdrawal: a pending offer is called back as soon as it would harm, or is of no use any more.

An offer is pending until its delivery is reported or its time is over. `CAUSES` is the table of what withdraws it while it lasts. It is
read at the end of every event that changed something, so the order of events makes no difference. Two causes are events: a purchase or
another goal that was reached, and the end of the signal behind the offer.

A withdrawn offer no longer counts for the caps, because it was not sent. If its delivery is reported after all, it counts again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from schemas.outputs.offers import Because, OfferWithdrawn
from schemas.touchpoints import kind_of
from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.commerce import OrderPlaced, PurchaseMade
from streams.context import Context
from streams.offers import consent, grounds
from streams.offers.grounds import SERIOUS
from streams.offers.steps.applicable import open_complaint
from streams.rules.offer_rows import Offer
from streams.state import MadeOffer

PURCHASES: tuple[type[Touchpoint], ...] = (OrderPlaced, PurchaseMade)


class Cause(NamedTuple):
    """A reason to withdraw, and whether it holds for an offer. The row is None if the catalogue has no such offer any more."""

    because: Because
    holds: Callable[[Context, MadeOffer, Offer | None], bool]


def _is_refused(ctx: Context, made: MadeOffer, row: Offer | None) -> bool:
    """Return whether the customer no longer allows it. Without its row an offer stays allowed, unless the customer ended everything."""
    consents = ctx.journey.consents
    if row is None:
        return consent.ERASED in consents or consent.EVERYTHING in consents
    removed = consent.refusal(ctx, consents, row, made.channel)
    return removed is not None and removed.reason in ("no_consent", "erased")


def _is_closed(ctx: Context, made: MadeOffer, row: Offer | None) -> bool:
    return consent.is_closed(ctx.journey, made.channel)


def _is_promotion(made: MadeOffer) -> bool:
    return made.family != "service_recovery"


def _complains(ctx: Context, made: MadeOffer, row: Offer | None) -> bool:
    return _is_promotion(made) and open_complaint(ctx.journey) != ""


def _is_in_trouble(ctx: Context, made: MadeOffer, row: Offer | None) -> bool:
    return _is_promotion(made) and any(signal.severity >= SERIOUS for signal in ctx.journey.open)


CAUSES: tuple[Cause, ...] = (  # in this order: the first that holds is told
    Cause("consent_withdrawn", _is_refused),
    Cause("channel_closed", _is_closed),
    Cause("complaint_opened", _complains),
    Cause("friction_opened", _is_in_trouble),
)


def withdraw_overtaken(ctx: Context) -> None:
    """Withdraw every pending offer for which a row of `CAUSES` holds, and publish that."""
    pending = [made for made in ctx.journey.made if made.outcome == ""]
    if not pending:
        return
    for made in pending:
        row = ctx.rules.offer_rows.get(made.offer)
        cause = next((each for each in CAUSES if each.holds(ctx, made, row)), None)
        if cause is not None:
            _withdraw(ctx, made, cause.because)
            if cause.because == "channel_closed" and grounds.still_stands(ctx.journey, made):  # another channel may do
                ctx.triggers.append(f"channel_closed:{made.channel}")


def withdraw_reached(ctx: Context, touchpoint: Touchpoint) -> None:
    """Withdraw the pending offers whose goal this touchpoint reaches. A purchase is the goal of every promotion.

    A purchase older than the latest known one says nothing new.
    """
    bought = isinstance(touchpoint, PURCHASES) and touchpoint.at >= ctx.journey.cadence.last
    reached = ctx.rules.goals.get(kind_of(type(touchpoint)), frozenset())
    for made in ctx.journey.made:
        if made.outcome != "":
            continue
        if bought and _is_promotion(made):
            _withdraw(ctx, made, "purchase_made")
        elif made.offer in reached:
            _withdraw(ctx, made, "goal_reached")


def withdraw_for_signal(ctx: Context, signal_id: str, because: Because) -> None:
    """Withdraw the pending offers that have no other signal behind them: this signal no longer holds."""
    for made in ctx.journey.made:
        if made.outcome == "" and signal_id in made.signals:
            made.signals.remove(signal_id)
            if not made.signals:
                _withdraw(ctx, made, because)


def _withdraw(ctx: Context, made: MadeOffer, because: Because) -> None:
    """Withdraw an offer, and publish that unless it was in the control arm, where nothing had been published."""
    made.outcome, made.outcome_at = "withdrawn", ctx.at
    ctx.dirty = True
    if not made.shadow:
        ctx.out.append(OfferWithdrawn(**ctx.head(f"withdraw:{made.id}"), offer=made.offer, made=made.id, because=because))
