"""Touchpoints of complaints: opened, acknowledged and settled."""

from __future__ import annotations

from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.units import Currency, Moment, Price, Ref, Words


class ComplaintOpened(Touchpoint, frozen=True, kw_only=True):
    """The customer made a formal complaint."""

    activity = "asking"
    actor = "customer"
    effort = 1
    thing = (("complaint",),)
    frees = ("complaint_resolved",)
    examples = (
        '{"kind":"complaint_opened","id":"e47","customer":"c7","at":1761558420000,"channel":"call","complaint":"b1",'
        '"due":1762765200000,"topic":"delivery","order":"o1"}',
    )

    complaint: Ref  # complaint number
    due: Moment | None = None  # when we promised to settle it, ms UTC; none: the rules' default
    regulated: bool = False  # a regulator limits the time
    topic: Words = ""  # delivery, invoice, product, staff, ...
    order: Ref = ""  # order number
    contact: Ref = ""  # contact number


class ComplaintAcknowledged(Touchpoint, frozen=True, kw_only=True):
    """We told the customer that their complaint is being looked at."""

    activity = "asking"
    actor = "others"
    thing = (("complaint",),)
    examples = ('{"kind":"complaint_acknowledged","id":"e48","customer":"c7","at":1761558480000,"channel":"call","complaint":"b1"}',)

    complaint: Ref  # complaint number
    automatic: bool = False  # a machine acknowledged it


class ComplaintResolved(Touchpoint, frozen=True, kw_only=True):
    """A complaint was settled."""

    activity = "asking"
    actor = "others"
    effort = -1
    thing = (("complaint",),)
    frees = ("complaint_opened",)
    examples = (
        '{"kind":"complaint_resolved","id":"e49","customer":"c7","at":1761558540000,"channel":"call","complaint":"b1","upheld":true,'
        '"redress":1000}',
    )

    complaint: Ref  # complaint number
    upheld: bool | None = None  # the customer was right; none: not stated
    redress: Price | None = None  # paid to make it good, minor units; none: unknown
    currency: Currency = ""  # ISO 4217; empty: the company's own
