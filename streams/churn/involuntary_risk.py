"""Customers about to be lost by a failing payment."""

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

    **Definition**: the first failed renewal, or failed payment of an invoice; a final decline counts in full, one that may work later
    `soft_strength`.
    **Default**: the first failure; soft 0.6.
    **Source**: payment providers put a fifth to two fifths of lost subscriptions down to failed payments (vendor figures); weight 1.6 and
    half-life 21 days, the usual length of retrying, are priors [ours].
    **Guard**: a declined card in a shop is friction (`payment_failed`), no loss of a customer; test cards are tests. Paying takes it away.

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
