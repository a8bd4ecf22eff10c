"""Touchpoints of billing: what the customer owes, and whether it is paid."""

from __future__ import annotations

from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.units import Count, Currency, Moment, Price, Ref, Words


class InvoiceIssued(Touchpoint, frozen=True, kw_only=True):
    """An invoice was issued."""

    activity = "paying"
    actor = "others"
    thing = (("invoice",),)
    examples = (
        '{"kind":"invoice_issued","id":"e50","customer":"c7","at":1761558600000,"channel":"email","invoice":"i1","amount":1999,'
        '"due":1762765200000,"subscription":"a1"}',
    )

    invoice: Ref  # invoice number
    amount: Price | None = None  # to be paid, minor units; none: unknown
    currency: Currency = ""  # ISO 4217; empty: the company's own
    due: Moment | None = None  # to be paid by then, ms UTC; none: at once
    subscription: Ref = ""  # subscription number
    order: Ref = ""  # order number


class PaymentDue(Touchpoint, frozen=True, kw_only=True):
    """The payment of an invoice is due now."""

    activity = "paying"
    actor = "others"
    thing = (("invoice",),)
    examples = ('{"kind":"payment_due","id":"e51","customer":"c7","at":1761558660000,"channel":"email","invoice":"i1","amount":1999}',)

    invoice: Ref  # invoice number
    amount: Price | None = None  # still to be paid, minor units; none: unknown
    currency: Currency = ""  # ISO 4217; empty: the company's own


class PaymentOverdue(Touchpoint, frozen=True, kw_only=True):
    """An invoice was not paid in time."""

    activity = "paying"
    actor = "others"
    effort = 1
    thing = (("invoice", "days", "at"),)
    examples = (
        '{"kind":"payment_overdue","id":"e52","customer":"c7","at":1761558720000,"channel":"email","invoice":"i1","amount":1999,"days":5}',
    )

    invoice: Ref  # invoice number
    amount: Price | None = None  # still to be paid, minor units; none: unknown
    currency: Currency = ""  # ISO 4217; empty: the company's own
    days: Count = 0  # days since it was due


class InvoicePaid(Touchpoint, frozen=True, kw_only=True):
    """An invoice was paid."""

    activity = "paying"
    actor = "customer"
    thing = (("payment",), ("invoice",))
    examples = (
        '{"kind":"invoice_paid","id":"e53","customer":"c7","at":1761558780000,"channel":"email","invoice":"i1","amount":1999,'
        '"payment":"z2"}',
    )

    invoice: Ref  # invoice number
    amount: Price | None = None  # paid, minor units; none: unknown
    currency: Currency = ""  # ISO 4217; empty: the company's own
    payment: Ref = ""  # payment number


class RenewalFailed(Touchpoint, frozen=True, kw_only=True):
    """A subscription could not be renewed because its payment failed."""

    activity = "paying"
    actor = "others"
    effort = 1
    thing = (("subscription", "at"),)
    examples = (
        '{"kind":"renewal_failed","id":"e54","customer":"c7","at":1761558840000,"channel":"email","subscription":"a1","invoice":"i1",'
        '"reason":"expired_card","attempt":2}',
    )

    subscription: Ref  # subscription number
    invoice: Ref = ""  # invoice number
    hard: bool = False  # final; otherwise it may work later
    reason: Words = ""  # the provider's reason code
    attempt: Count = 1  # number of the attempt for this period, from 1
