"""Touchpoints of our offers: what became of them. Caps, fatigue and learning read these."""

from __future__ import annotations

from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.units import Cents, Currency, Ref


class OfferDelivered(Touchpoint, frozen=True, kw_only=True):
    """The channel delivered our offer to the customer."""

    activity = "belonging"
    actor = "others"
    thing = (("offer",),)
    examples = (
        '{"kind":"offer_delivered","id":"e97","customer":"c7","at":1761561420000,"channel":"email","offer":"f1","name":"free_shipping"}',
    )

    offer: Ref  # id of our offer, as published
    name: Ref = ""  # the offer's name in the catalogue


class OfferSeen(Touchpoint, frozen=True, kw_only=True):
    """The customer saw our offer."""

    activity = "belonging"
    actor = "customer"
    thing = (("offer",),)
    examples = (
        '{"kind":"offer_seen","id":"e98","customer":"c7","at":1761561480000,"channel":"email","offer":"f1","name":"free_shipping"}',
    )

    offer: Ref  # id of our offer, as published
    name: Ref = ""  # the offer's name in the catalogue


class OfferAccepted(Touchpoint, frozen=True, kw_only=True):
    """The customer accepted our offer."""

    activity = "belonging"
    actor = "customer"
    effort = -1
    thing = (("offer", "value"),)
    examples = (
        '{"kind":"offer_accepted","id":"e99","customer":"c7","at":1761561540000,"channel":"email","offer":"f1",'
        '"name":"free_shipping","value":4200}',
    )

    offer: Ref  # id of our offer, as published
    name: Ref = ""  # the offer's name in the catalogue
    value: Cents | None = None  # earned by it so far, minor units; none: unknown
    currency: Currency = ""  # ISO 4217; empty: the company's own
    order: Ref = ""  # order number


class OfferDeclined(Touchpoint, frozen=True, kw_only=True):
    """The customer declined our offer."""

    activity = "belonging"
    actor = "customer"
    thing = (("offer",),)
    examples = (
        '{"kind":"offer_declined","id":"e100","customer":"c7","at":1761561600000,"channel":"email","offer":"f1",'
        '"name":"free_shipping","reason":"not_now"}',
    )

    offer: Ref  # id of our offer, as published
    name: Ref = ""  # the offer's name in the catalogue
    reason: Ref = ""  # price, not_now, not_relevant, ...


class OfferExpired(Touchpoint, frozen=True, kw_only=True):
    """Our offer expired unused."""

    activity = "belonging"
    actor = "others"
    thing = (("offer",),)
    examples = (
        '{"kind":"offer_expired","id":"e101","customer":"c7","at":1761561660000,"channel":"email","offer":"f1","name":"free_shipping"}',
    )

    offer: Ref  # id of our offer, as published
    name: Ref = ""  # the offer's name in the catalogue


class OfferRefusedByChannel(Touchpoint, frozen=True, kw_only=True):
    """The channel did not send our offer."""

    activity = "belonging"
    actor = "others"
    thing = (("offer", "at"),)
    examples = (
        '{"kind":"offer_refused_by_channel","id":"e102","customer":"c7","at":1761561720000,"channel":"email","offer":"f1",'
        '"name":"free_shipping","reason":"suppressed"}',
    )

    offer: Ref  # id of our offer, as published
    name: Ref = ""  # the offer's name in the catalogue
    reason: Ref = ""  # suppressed, no_address, quota, ...
