"""Touchpoints of buying: from the product viewed to the purchase."""

from __future__ import annotations

from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.units import Cents, Count, Currency, Price, Ref, Words


class ProductViewed(Touchpoint, frozen=True, kw_only=True):
    """The customer looked at a product closely."""

    activity = "browsing"
    actor = "customer"
    examples = (
        '{"kind":"product_viewed","id":"e19","customer":"c7","at":1761556740000,"channel":"web","product":"p-dome",'
        '"category":"tents","price":12900,"currency":"EUR"}',
    )

    product: Ref  # product number
    category: Ref = ""  # the seller's category
    price: Price | None = None  # as shown, minor units; none: unknown
    currency: Currency = ""  # ISO 4217; empty: the company's own
    in_stock: bool = True  # it could be bought at that time


class CartUpdated(Touchpoint, frozen=True, kw_only=True):
    """The cart changed. The fields say what it holds now."""

    activity = "buying"
    actor = "customer"
    examples = (
        '{"kind":"cart_updated","id":"e20","customer":"c7","at":1761556800000,"channel":"web","cart":"k1","items":2,"value":14900,'
        '"currency":"EUR"}',
    )

    cart: Ref  # cart number
    items: Count | None = None  # products in it now; 0: emptied; none: not told
    value: Price | None = None  # worth now, before shipping, minor units; none: unknown
    currency: Currency = ""  # ISO 4217; empty: the company's own
    removed: bool = False  # the change took something out


class CheckoutStarted(Touchpoint, frozen=True, kw_only=True):
    """The customer began the checkout."""

    activity = "buying"
    actor = "customer"
    effort = 1
    examples = (
        '{"kind":"checkout_started","id":"e21","customer":"c7","at":1761556860000,"channel":"web","cart":"k1","items":2,"value":14900}',
    )

    cart: Ref  # cart number
    items: Count = 0  # products in it
    value: Price | None = None  # worth, before shipping, minor units; none: unknown
    currency: Currency = ""  # ISO 4217; empty: the company's own


class CouponApplied(Touchpoint, frozen=True, kw_only=True):
    """A coupon was accepted."""

    activity = "buying"
    actor = "customer"
    effort = -1
    examples = (
        '{"kind":"coupon_applied","id":"e22","customer":"c7","at":1761556920000,"channel":"web","code":"SPRING","cart":"k1",'
        '"discount":500}',
    )

    code: Ref  # the coupon's code
    cart: Ref = ""  # cart number
    discount: Price | None = None  # what it takes off, minor units; none: unknown
    currency: Currency = ""  # ISO 4217; empty: the company's own
    offer: Ref = ""  # id of our offer that gave it


class CouponDenied(Touchpoint, frozen=True, kw_only=True):
    """A coupon was refused."""

    activity = "buying"
    actor = "customer"
    effort = 1
    examples = (
        '{"kind":"coupon_denied","id":"e23","customer":"c7","at":1761556980000,"channel":"web","code":"SPRING","reason":"expired",'
        '"cart":"k1","expired_days":2}',
    )

    code: Ref  # the coupon's code
    reason: Words = ""  # expired, unknown, used, minimum, excluded, ...
    cart: Ref = ""  # cart number
    expired_days: Count = 0  # days since it expired; 0: it has not
    offer: Ref = ""  # id of our offer that gave it


class PaymentTried(Touchpoint, frozen=True, kw_only=True):
    """The customer tried to pay."""

    activity = "paying"
    actor = "customer"
    effort = 1
    thing = (("payment",),)
    examples = (
        '{"kind":"payment_tried","id":"e24","customer":"c7","at":1761557040000,"channel":"web","payment":"z1","order":"o1",'
        '"amount":14900,"method":"card"}',
    )

    payment: Ref  # payment number
    order: Ref = ""  # order number
    invoice: Ref = ""  # invoice number
    amount: Price | None = None  # to be paid, minor units; none: unknown
    currency: Currency = ""  # ISO 4217; empty: the company's own
    method: Ref = ""  # card, transfer, wallet, ...
    test_card: bool = False  # a card of the payment provider's sandbox


class PaymentFailed(Touchpoint, frozen=True, kw_only=True):
    """A payment was declined."""

    activity = "paying"
    actor = "customer"
    effort = 1
    thing = (("payment", "hard", "reason"),)
    examples = (
        '{"kind":"payment_failed","id":"e25","customer":"c7","at":1761557100000,"channel":"web","payment":"z1","order":"o1",'
        '"hard":false,"reason":"insufficient_funds","amount":14900}',
    )

    payment: Ref  # payment number
    order: Ref = ""  # order number
    invoice: Ref = ""  # invoice number
    hard: bool = False  # final (stolen card, closed account); otherwise it may work later
    reason: Words = ""  # the provider's reason code
    amount: Price | None = None  # to be paid, minor units; none: unknown
    currency: Currency = ""  # ISO 4217; empty: the company's own
    method: Ref = ""  # card, transfer, wallet, ...
    test_card: bool = False  # a card of the payment provider's sandbox


class OrderPlaced(Touchpoint, frozen=True, kw_only=True):
    """The customer placed an order."""

    activity = "buying"
    actor = "customer"
    thing = (("order",),)
    examples = (
        '{"kind":"order_placed","id":"e26","customer":"c7","at":1761557160000,"channel":"web","order":"o1","cart":"k1","items":2,'
        '"value":14900,"discount":500,"coupons":1,"currency":"EUR"}',
    )

    order: Ref  # order number
    cart: Ref = ""  # the cart it came from
    items: Count = 0  # products
    value: Price | None = None  # paid, after discounts, minor units; none: unknown
    discount: Price | None = None  # taken off, coupons included, minor units; none: unknown
    coupons: Count = 0  # how many coupons were used
    margin: Cents | None = None  # earned on it, minor units; none: unknown
    currency: Currency = ""  # ISO 4217; empty: the company's own
    substituted: Count = 0  # products taken in place of the wanted ones (sacrifice)
    categories: tuple[Ref, ...] = ()  # the seller's categories of the products


class PurchaseMade(Touchpoint, frozen=True, kw_only=True):
    """The customer bought and paid in one step: a till receipt."""

    activity = "buying"
    actor = "customer"
    thing = (("receipt",),)
    examples = (
        '{"kind":"purchase_made","id":"e27","customer":"c7","at":1761557220000,"channel":"web","receipt":"r1","items":7,"units":11,'
        '"value":4375,"discount":310,"coupons":1,"currency":"USD"}',
    )

    receipt: Ref  # receipt number
    order: Ref = ""  # number of the order that it fulfils
    items: Count = 0  # different products
    units: Count = 0  # pieces
    value: Price | None = None  # paid, after discounts, minor units; none: unknown
    discount: Price | None = None  # taken off, coupons included, minor units; none: unknown
    coupons: Count = 0  # how many coupons were used
    coupon_discount: Price | None = None  # the part of the discount that coupons gave, minor units; none: unknown
    margin: Cents | None = None  # earned on it, minor units; none: unknown
    currency: Currency = ""  # ISO 4217; empty: the company's own
    substituted: Count = 0  # products taken in place of the wanted ones (sacrifice)
    categories: tuple[Ref, ...] = ()  # the seller's categories of the products
