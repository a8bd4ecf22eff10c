"""Eligible: the offer's audience rule holds for this journey."""

from __future__ import annotations

from streams.context import Context
from streams.offers.steps.step import Removed
from streams.rules.offer_rows import Offer

OUTSIDE = Removed("not_eligible")  # no detail: the reason already says that the audience rule does not hold


def eligible(ctx: Context, offer: Offer, channel: str) -> Removed | None:
    """Remove an offer whose audience rule does not hold for this customer."""
    return None if ctx.rules.audiences[offer.name](ctx.journey, ctx.at) else OUTSIDE
