"""Suitable: an offer must not do harm. A failed repair goes to a person. An offer that the customer has got used to is removed."""

from __future__ import annotations

from streams.context import Context
from streams.offers.grounds import subject_of
from streams.offers.habituation import freshness
from streams.offers.passage import Grounds, Removed
from streams.rules.offer_rows import Offer
from streams.state import OpenSignal


def suitable(ctx: Context, found: Grounds, offer: Offer) -> Removed | None:
    """Remove an offer that would do more harm than good."""
    if offer.family == "service_recovery":
        if second := found.second:
            return Removed(
                "double_deviation", f"{second.detector} again in {subject_of(second)}: to {friction_owner(ctx, second)}, no machine"
            )
        return None
    fresh = freshness(ctx.journey, offer, found.now)
    if fresh < offer.least_freshness:
        return Removed("habituated", f"it keeps {fresh:.0%} of its effect, less than {offer.least_freshness:.0%}")
    return None


def friction_owner(ctx: Context, signal: OpenSignal) -> str:
    """Return who is responsible for the place of a friction, by the blueprint; "its owner" if nobody is named."""
    owners = ctx.rules.blueprint.owners
    return owners.get(signal.place) or owners.get("*") or "its owner"
