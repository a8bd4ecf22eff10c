"""Touchpoints after the sale: orders changed, cancelled, refunded and returned."""

from __future__ import annotations

from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.units import Count, Currency, Moment, Price, Ref, Words


class OrderChanged(Touchpoint, frozen=True, kw_only=True):
    """An order was changed."""

    activity = "buying"
    actor = "customer"
    effort = 1
    thing = (("order", "at"),)
    examples = ('{"kind":"order_changed","id":"e28","customer":"c7","at":1761557280000,"channel":"web","order":"o1","value":9900}',)

    order: Ref  # order number
    value: Price | None = None  # worth now, after discounts, minor units; none: unknown
    currency: Currency = ""  # ISO 4217; empty: the company's own
    by_customer: bool = True  # true: the customer wished it; false: we did


class OrderCancelled(Touchpoint, frozen=True, kw_only=True):
    """An order was cancelled."""

    activity = "buying"
    actor = "customer"
    effort = 1
    thing = (("order", "value"),)
    examples = (
        '{"kind":"order_cancelled","id":"e29","customer":"c7","at":1761557340000,"channel":"web","order":"o1","value":14900,'
        '"reason":"late"}',
    )

    order: Ref  # order number
    value: Price | None = None  # worth of what was cancelled, minor units; none: unknown
    currency: Currency = ""  # ISO 4217; empty: the company's own
    by_customer: bool = True  # true: the customer wished it; false: we did
    reason: Words = ""  # late, changed_mind, out_of_stock, ...


class OrderRefunded(Touchpoint, frozen=True, kw_only=True):
    """Money went back to the customer."""

    activity = "paying"
    actor = "others"
    thing = (("refund",), ("order", "value", "whole"))
    examples = ('{"kind":"order_refunded","id":"e30","customer":"c7","at":1761557400000,"channel":"web","order":"o1","value":14900}',)

    order: Ref  # order number
    value: Price | None = None  # paid back, minor units; none: unknown
    currency: Currency = ""  # ISO 4217; empty: the company's own
    whole: bool = True  # nothing is left to pay back
    refund: Ref = ""  # refund number; without one, two refunds of one order and one value are taken for the same


class ItemReturned(Touchpoint, frozen=True, kw_only=True):
    """The customer sent goods back."""

    activity = "receiving"
    actor = "customer"
    effort = 1
    thing = (("order", "at"),)
    examples = (
        '{"kind":"item_returned","id":"e31","customer":"c7","at":1761557460000,"channel":"web","order":"o1","value":12900,'
        '"refund_due":1762765200000,"reason":"damaged"}',
    )

    order: Ref  # order number
    value: Price | None = None  # worth of what came back, minor units; none: unknown
    currency: Currency = ""  # ISO 4217; empty: the company's own
    items: Count = 1  # pieces
    refund_due: Moment | None = None  # when the money must be back, ms UTC; none: no refund is owed
    exchange: bool = False  # the customer gets another size or piece
    reason: Words = ""  # size, damaged, not_as_described, ...
