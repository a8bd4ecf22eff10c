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
    closed_by=(
        closing(OrderPlaced, lambda order, ref: ref in ("", order.order)),
        closing(PurchaseMade, lambda receipt, ref: ref in ("", receipt.order)),
        closing(InvoicePaid, lambda paid, ref: ref in ("", paid.invoice)),
        closing(SubscriptionRenewed, lambda _renewed, ref: not ref),
    ),
    limits={"soft_severity": 3, "hard_severity": 4},
    severity=3,
)
def payment_failed(_journey: Journey, payment: PaymentFailed, limits: Limits) -> Found | None:
    """The customer wanted to pay and could not.

    **Definition**: Any declined payment. A final decline (stolen card, closed account) is more severe than one that may work later.
    **Default**: The first decline. Severity 3, final declines 4.
    **Source**: Payment providers split declines into soft and hard. The severities are [ours].
    **Guard**: Cards of a provider's sandbox are tests. A payment for an order is resolved when the order is placed or fulfilled. A payment
    for an invoice is resolved when the invoice is paid. A payment that names neither is resolved by any later payment or order.

    >>> from streams.replay import signals_of
    >>> signals_of("0 web payment_failed /pay payment=z1 reason=insufficient_funds")
    ['payment_failed']
    >>> signals_of("0 web payment_failed /pay payment=z1 test_card=true")
    []
    """
    if payment.test_card:
        return None
    words = "A payment was declined for good" if payment.hard else "A payment was declined; it may work later"
    severity = round(limits["hard_severity"] if payment.hard else limits["soft_severity"])
    return Found([payment.id], words, severity, ref=payment.invoice or payment.order)
