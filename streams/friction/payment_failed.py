"""Declined payments."""

from __future__ import annotations

from schemas.touchpoints.billing import InvoicePaid
from schemas.touchpoints.commerce import OrderPlaced, PaymentFailed, PurchaseMade
from schemas.touchpoints.membership import SubscriptionRenewed
from streams.detectors import Found, Limits, after, closing, pattern
from streams.state import Journey


@pattern(
    "payment_failed",
    on=PaymentFailed,
    closes=after(days=7),
    closed_by=(closing(OrderPlaced), closing(PurchaseMade), closing(InvoicePaid), closing(SubscriptionRenewed)),
    limits={"soft_severity": 3, "hard_severity": 4},
    severity=3,
)
def payment_failed(_journey: Journey, payment: PaymentFailed, limits: Limits) -> Found | None:
    """The customer wanted to pay and could not.

    **Definition**: any declined payment; a final one (stolen card, closed account) weighs more than one that may work later.
    **Default**: the first; severity 3, final ones 4.
    **Source**: payment providers split declines into soft and hard; the severities are [ours].
    **Guard**: cards of a provider's sandbox are tests. Whatever is paid or ordered afterwards resolves it.

    >>> from streams.replay import heard
    >>> heard("0 web payment_failed /pay payment=z1 reason=insufficient_funds")
    ['payment_failed']
    >>> heard("0 web payment_failed /pay payment=z1 test_card=true")
    []
    """
    if payment.test_card:
        return None
    words = "A payment was declined for good" if payment.hard else "A payment was declined; it may work later"
    return Found([payment.id], words, round(limits["hard_severity"] if payment.hard else limits["soft_severity"]))
