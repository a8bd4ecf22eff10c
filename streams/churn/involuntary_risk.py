"""Customers who may be lost by a failing payment."""

from __future__ import annotations

from schemas.touchpoints.billing import InvoicePaid, RenewalFailed
from schemas.touchpoints.commerce import PaymentFailed
from schemas.touchpoints.membership import SubscriptionRenewed
from streams.detectors import Found, Limits, Risk, closing, pattern
from streams.state import Journey


@pattern(
    "involuntary_risk",
    on=(PaymentFailed, RenewalFailed),
    closed_by=(closing(InvoicePaid), closing(SubscriptionRenewed)),
    limits={"soft_strength": 0.6},
    severity=3,
    risk=Risk("money", weight=1.6, half_life_days=21),
)
def involuntary_risk(_journey: Journey, payment: PaymentFailed | RenewalFailed, limits: Limits) -> Found | None:
    """A payment that keeps the relationship going has failed: the customer may be lost without wanting to leave.

    **Definition**: This is the first failed renewal, or the first failed payment of an invoice. A final decline has full strength. One that
    may work later has `soft_strength`.
    **Default**: The first failure. 0.6 for a soft decline.
    **Source**: Payment providers attribute a fifth to two fifths of lost subscriptions to failed payments (vendor figures). Weight 1.6 and
    half-life 21 days are priors [ours]. The half-life is the usual length of retrying.
    **Guard**: A card declined in a shop is a friction (`payment_failed`), not the loss of a customer. Test cards are tests. Paying removes
    the signal.

    >>> from streams.replay import signals_of
    >>> signals_of("0 email renewal_failed - subscription=a1 reason=expired_card")
    ['involuntary_risk']
    >>> signals_of("0 web payment_failed /pay payment=z1 order=o1")
    ['payment_failed']
    """
    if isinstance(payment, PaymentFailed) and (payment.test_card or not payment.invoice):
        return None
    strength = 1.0 if payment.hard else limits["soft_strength"]
    return Found([payment.id], "A payment that keeps the subscription going has failed", 4 if payment.hard else 3, strength)
