"""Touchpoints of delivery: from the promised date to the goods in the customer's hands."""

from __future__ import annotations

from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.units import Moment, Ref


class DeliveryPromised(Touchpoint, frozen=True, kw_only=True):
    """We promised a delivery time."""

    activity = "receiving"
    actor = "others"
    thing = (("order", "by", "parcel"),)
    examples = (
        '{"kind":"delivery_promised","id":"e32","customer":"c7","at":1761557520000,"channel":"post","order":"o1","by":1761814800000}',
    )

    order: Ref  # order number
    by: Moment  # the latest time promised, ms UTC
    parcel: Ref = ""  # parcel number
    accepted_by_customer: bool = False  # the customer agreed to this promise in place of an earlier one


class ParcelScanned(Touchpoint, frozen=True, kw_only=True):
    """The carrier scanned the parcel."""

    activity = "receiving"
    actor = "others"
    thing = (("parcel", "step", "at"),)
    examples = (
        '{"kind":"parcel_scanned","id":"e33","customer":"c7","at":1761557580000,"channel":"post","parcel":"s1","order":"o1",'
        '"carrier":"north","step":"sorted"}',
    )

    parcel: Ref  # parcel number
    order: Ref = ""  # order number
    carrier: Ref = ""  # name of the carrier
    step: Ref = ""  # handed_over, sorted, out_for_delivery, ...


class DeliveryRescheduled(Touchpoint, frozen=True, kw_only=True):
    """The delivery got another time."""

    activity = "receiving"
    actor = "customer"
    effort = 1
    thing = (("order", "by", "parcel"),)
    examples = (
        '{"kind":"delivery_rescheduled","id":"e34","customer":"c7","at":1761557640000,"channel":"post","order":"o1",'
        '"by":1761987600000,"by_customer":true}',
    )

    order: Ref  # order number
    by: Moment  # the latest time now, ms UTC
    parcel: Ref = ""  # parcel number
    by_customer: bool = False  # true: the customer wished it; false: the carrier did


class DeliveryAttempted(Touchpoint, frozen=True, kw_only=True):
    """The carrier came and could not deliver."""

    activity = "receiving"
    actor = "others"
    effort = 1
    thing = (("parcel", "at"), ("order", "at"))
    examples = (
        '{"kind":"delivery_attempted","id":"e35","customer":"c7","at":1761557700000,"channel":"post","order":"o1","parcel":"s1",'
        '"reason":"nobody_home"}',
    )

    order: Ref  # order number
    parcel: Ref = ""  # parcel number
    reason: Ref = ""  # nobody_home, address, refused, ...


class OrderDelivered(Touchpoint, frozen=True, kw_only=True):
    """The goods arrived."""

    activity = "receiving"
    actor = "others"
    effort = -1
    thing = (("parcel",), ("order", "complete"))
    examples = ('{"kind":"order_delivered","id":"e36","customer":"c7","at":1761557760000,"channel":"post","order":"o1","parcel":"s1"}',)

    order: Ref  # order number
    parcel: Ref = ""  # parcel number
    complete: bool = True  # nothing of the order is still under way


class PickupReady(Touchpoint, frozen=True, kw_only=True):
    """The goods wait to be picked up."""

    activity = "receiving"
    actor = "others"
    thing = (("order",),)
    examples = (
        '{"kind":"pickup_ready","id":"e37","customer":"c7","at":1761557820000,"channel":"post","order":"o1","until":1762419600000}',
    )

    order: Ref  # order number
    until: Moment | None = None  # kept until then, ms UTC; none: no limit
