"""Reachable: an offer goes only where something shows that the customer can be reached.

A channel is known from the customer's touchpoints there, or from a consent or a profile that names it. Without any of them an offer
would use up a cap and reach nobody.
"""

from __future__ import annotations

from streams.context import Context
from streams.offers.steps.step import Removed
from streams.rules.offer_rows import Offer
from streams.state import Journey


def reachable(ctx: Context, offer: Offer, channel: str) -> Removed | None:
    """Remove an offer on a channel where nothing shows that it reaches the customer."""
    if channel in ctx.journey.channels or is_known(ctx.journey, channel):
        return None
    return Removed("unreachable", f"the customer was never seen by {channel}, and no consent or profile names it")


def is_known(journey: Journey, channel: str) -> bool:
    """Return whether the customer was seen on this channel, or a consent or profile names it.

    >>> is_known(Journey(channels={"web": 3}), "web"), is_known(Journey(channels={"web": 3}), "app")
    (True, False)
    """
    if channel in journey.channels:
        return True
    named = journey.consents.get(f"/{channel}")
    return named is not None and named.granted
