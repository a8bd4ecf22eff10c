"""Customers who pay late."""

from __future__ import annotations

from schemas.touchpoints.billing import InvoicePaid, PaymentOverdue, RenewalFailed
from schemas.touchpoints.commerce import PaymentFailed
from streams.detectors import DAY, Found, Limits, Risk, after, pattern
from streams.detectors.shared.evidence import before
from streams.state import Journey
from streams.state.marks import last, last_uncited


def _excused(journey: Journey, overdue: PaymentOverdue) -> bool:
    """Return whether the invoice was paid after all, or the customer tried to pay it and could not."""
    rings = journey.rings
    marks = (*rings.invoice_paid, *rings.payment_failed, *rings.renewal_failed)
    return any(mark.invoice == overdue.invoice and mark.at <= overdue.at for mark in marks)


@pattern(
    "paying_late",
    on=PaymentOverdue,
    closes=after(days=60),
    reads={
        PaymentOverdue: last(6, "invoice"),
        InvoicePaid: last_uncited(4, "invoice"),
        PaymentFailed: last_uncited(4, "invoice"),
        RenewalFailed: last_uncited(4, "invoice"),
    },
    limits={"times": 2, "days": 365, "once_strength": 0.3},
    severity=2,
    risk=Risk("money", weight=1.0, half_life_days=60),
)
def paying_late(journey: Journey, overdue: PaymentOverdue, limits: Limits) -> Found | None:
    """The customer has let an invoice become overdue, or does so again and again.

    **Definition**: One overdue invoice has `once_strength`. `times` different overdue invoices within `days` have full strength.
    **Default**: Any, with strength 0.3. 2 within a year have full strength.
    **Source**: Burez and Van den Poel 2008 separate customers lost because they do not pay from those who choose to leave. So the signal
    has a family of its own (money). Weight 1.0 and half-life 60 days are priors [ours].
    **Guard**: Reminders of one invoice are one. An invoice that was paid when its reminder went out is not late. An invoice whose payment
    was declined is `involuntary_risk`. Paying in the end does not remove the signal: the habit stays, and the signal fades.

    >>> from streams.replay import signals_of
    >>> signals_of("0 post payment_overdue - invoice=i1 days=5")
    ['paying_late']
    >>> signals_of('''
    ... 0  web  invoice_paid    - invoice=i1
    ... 1d post payment_overdue - invoice=i1 days=5
    ... ''')
    []
    """
    if _excused(journey, overdue):
        return None
    recent = before(journey.rings.payment_overdue, overdue, limits["days"] * DAY)
    others = {mark.invoice: mark.id for mark in recent if mark.invoice != overdue.invoice}
    times = len(others) + 1
    if times >= limits["times"]:
        return Found([*others.values(), overdue.id], f"{times} invoices overdue within {limits['days']:g} days", 3)
    return Found([overdue.id], "An invoice is overdue", strength=limits["once_strength"])
