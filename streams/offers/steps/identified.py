"""Identified: an unknown customer gets no offer that needs an identity.

A promotion needs one on any channel. Caps, cooldowns and the experiment are counted per customer, and a device is not a customer. So
does every offer that must be delivered to somebody. A repair may be shown on the device, unless several customers use it: the wrong
one could see it.
"""

from __future__ import annotations

from streams.context import Context
from streams.offers.passage import Grounds, Removed
from streams.rules.offer_rows import Offer
from streams.state.identifiers import is_anonymous

MET = frozenset({"web", "app", "store", "till"})  # channels in which the customer comes to us: they see it on the device itself
PROMOTION = Removed("anonymous", "a promotion waits until we know who it is for")
SHARED = Removed("shared_device", "several customers have signed in on this device")


def identified(ctx: Context, found: Grounds, offer: Offer, channel: str) -> Removed | None:
    """Remove an offer whose customer is not known."""
    if not is_anonymous(ctx.customer):
        return None
    if ctx.journey.forward is not None and ctx.journey.forward.shared:
        return SHARED
    if offer.family != "service_recovery":
        return PROMOTION
    return None if channel in MET else Removed("anonymous", f"nobody is known whom {channel} would reach")
