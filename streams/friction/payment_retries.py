"""Payments of one invoice that fail again and again."""

from __future__ import annotations

from typing import Any

from schemas.touchpoints.billing import InvoicePaid, RenewalFailed
from schemas.touchpoints.commerce import PaymentFailed
from schemas.touchpoints.membership import SubscriptionRenewed
from streams.detectors import Found, Limits, after, closing, pattern
from streams.state import Journey
from streams.state.marks import last, last_uncited

MILD, WORST = 3, 5  # severities of the first and the worst report


def _owed(failure: Any) -> str:
    """Return what is to be paid: the invoice, else the subscription's period. Empty: a card declined in a shop."""
    return str(failure.invoice or getattr(failure, "subscription", ""))


def _since(journey: Journey, ref: str) -> int:
    """Return when (ms UTC) it was last paid; 0: never. Failures before that time are settled."""
    paid = [mark.at for mark in journey.rings.invoice_paid if mark.invoice == ref]
    return max([*paid, *(mark.at for mark in journey.rings.subscription_renewed if mark.subscription == ref)], default=0)


@pattern(
    "payment_retries",
    on=(PaymentFailed, RenewalFailed),
    closes=after(days=7),
    closed_by=(
        closing(InvoicePaid, lambda paid, ref: paid.invoice == ref),
        closing(SubscriptionRenewed, lambda renewed, ref: renewed.subscription == ref),
    ),
    reads={
        PaymentFailed: last(4, "invoice", "test_card"),
        RenewalFailed: last(4, "invoice", "subscription"),
        InvoicePaid: last_uncited(4, "invoice"),
        SubscriptionRenewed: last_uncited(2, "subscription"),
    },
    limits={"times": 2},
    severity=MILD,
)
def payment_retries(journey: Journey, failure: PaymentFailed | RenewalFailed, limits: Limits) -> Found | None:
    """The same invoice was declined again: each attempt brings the service closer to its end.

    **Definition**: This is the `times`-th failed payment of one invoice. A renewal without an invoice counts for its subscription's period.
    The detector counts failures itself, and takes the biller's count (`attempt`) if that is higher. The third failure has severity 4, the
    fourth 5.
    **Default**: 2 failures.
    **Source**: Billers retry three or four times before they end a subscription (vendor figures). The severities are [ours].
    **Guard**: A payment settles all failures before it. Test cards do not count. A payment and its renewal may both report one decline. So
    the more frequent kind counts, not the sum of both. A card declined in a shop is `payment_failed`.

    >>> from streams.replay import signals_of
    >>> signals_of('''
    ... 0  email renewal_failed - subscription=a1 invoice=i1
    ... 3d email renewal_failed - subscription=a1 invoice=i1
    ... ''')
    ['involuntary_risk', 'involuntary_risk', 'payment_retries']
    >>> signals_of('''
    ... 0  email renewal_failed - subscription=a1 invoice=i1
    ... 1d email invoice_paid   - invoice=i1
    ... 3d email renewal_failed - subscription=a1 invoice=i1
    ... ''')
    ['involuntary_risk', 'involuntary_risk']
    """
    ref, since = _owed(failure), _since(journey, _owed(failure))
    if not ref or failure.at < since or (isinstance(failure, PaymentFailed) and failure.test_card):
        return None
    rings, renewal = journey.rings, isinstance(failure, RenewalFailed)
    payments = [mark for mark in rings.payment_failed if mark.invoice == ref and not mark.test_card]
    payments, renewals = ([m for m in marks if m.at >= since] for marks in (payments, _of(rings.renewal_failed, ref)))
    counted = max(len(payments) + (not renewal), len(renewals) + renewal)
    times = max(counted, failure.attempt) if isinstance(failure, RenewalFailed) else counted
    if times < limits["times"]:
        return None
    evidence = sorted((mark.at, mark.id) for mark in [*payments, *renewals])
    severity = min(WORST, round(MILD + times - limits["times"]))
    return Found([*(id for _, id in evidence), failure.id], f"Payment number {times} of {ref} failed", severity, ref=ref)


def _of(marks: list[Any], ref: str) -> list[Any]:
    return [mark for mark in marks if _owed(mark) == ref]
