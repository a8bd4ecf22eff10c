"""Reachable: an offer goes only where something shows that the customer can be reached.

A channel is known from the customer's touchpoints there, or from a consent or a profile that names it. Without any of them an offer
would use up a cap and reach nobody.
"""

from __future__ import annotations

from functools import lru_cache

from streams.context import Context
from streams.offers.passage import Grounds, Removed
from streams.rules.offer_rows import Offer


def reachable(ctx: Context, found: Grounds, offer: Offer, channel: str) -> Removed | None:
    """Remove an offer on a channel where nothing shows that it reaches the customer."""
    if channel in ctx.journey.channels:
        return None
    if found.consents and (named := found.consents.get(f"/{channel}")) is not None and named.granted:
        return None
    return _unseen(channel)


@lru_cache(maxsize=256)  # the channels are those of blueprints
def _unseen(channel: str) -> Removed:
    return Removed("unreachable", f"the customer was never seen by {channel}, and no consent or profile names it")
