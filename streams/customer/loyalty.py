"""The loyalty level (the rung of the loyalty ladder). Purchases and praise raise it; silence, by the customer's own rhythm, lowers it.

A purchase is an order, a receipt, or a period of a subscription. A customer whose level fell is loyal again after two purchases in
time. Referrals would be evidence for an advocate too, but no kind of touchpoint reports them yet.
"""

from __future__ import annotations

from schemas.outputs.transitions import RungEntered
from schemas.touchpoints.commerce import OrderPlaced, PurchaseMade
from schemas.touchpoints.membership import SubscriptionRenewed, SubscriptionStarted
from schemas.vocabulary import CUSTOMERS
from streams.context import Context
from streams.customer.value import cohorts
from streams.state import Journey, Position

REPEAT, LOYAL, REGAINED = 2, 5, 2  # purchases from which a customer is repeat, loyal, and loyal again [ours]
BUYING = (OrderPlaced, PurchaseMade, SubscriptionStarted, SubscriptionRenewed)
SLIPS: dict[str, dict[str, str]] = {
    "purchase_overdue": {"loyal": "repeat", "advocate": "loyal"},
    "detractor_or_drop": {"advocate": "loyal"},
    "dormant": dict.fromkeys(CUSTOMERS, "lapsed"),
    "cancelled": dict.fromkeys(CUSTOMERS, "lapsed"),
}


def purchase_count(journey: Journey) -> int:
    """Return the number of purchases so far, including periods of subscriptions."""
    kinds = journey.kinds
    return journey.cadence.count + kinds.get("subscription_started", 0) + kinds.get("subscription_renewed", 0)


def slip_rung(ctx: Context, cue: str) -> None:
    """Lower the loyalty level if this churn signal does so. The signal is the evidence."""
    if (slips := SLIPS.get(cue)) and (to := slips.get(ctx.journey.rung.name)):
        ctx.journey.purchases_at_slip = purchase_count(ctx.journey)
        _enter_rung(ctx, to, ctx.id(f"churn:{cue}"))


def climb_rung(ctx: Context, evidence: str, cue: str) -> None:
    """Update the loyalty level after a purchase or praise. A subscription that renewed itself does not win a customer back."""
    journey = ctx.journey
    rung, count = journey.rung.name, purchase_count(journey)
    if cue == "praised":
        to = "advocate" if rung == "loyal" else rung
    elif rung == "lapsed":
        to = rung if cue == "renewed_by_itself" else "won_back"
    elif count >= LOYAL:
        to = rung if rung == "advocate" or count - journey.purchases_at_slip < REGAINED else "loyal"
    else:
        to = "repeat" if count >= REPEAT else "first_time" if count else rung
    _enter_rung(ctx, to, evidence)


def _enter_rung(ctx: Context, to: str, evidence: str) -> None:
    rung = ctx.journey.rung
    if to == rung.name:
        return
    ctx.dirty = True
    ctx.out.append(
        RungEntered(
            **ctx.head(f"rung:{to}"),
            rung=to, left=rung.name, evidence=(evidence,), dwell_s=max(0, ctx.at - rung.since) // 1000,
        )
    )  # fmt: skip
    ctx.journey.rung = Position(to, ctx.at, rung.name)
    if to in cohorts.LOYAL:
        cohorts.track_cohort(ctx)
