"""Suitable: an offer must not do harm. A failed repair goes to a person. An offer that the customer has got used to is removed."""

from __future__ import annotations

from streams.context import Context
from streams.offers.grounds import matter_of, repairs_under_way
from streams.offers.habituation import freshness
from streams.offers.steps.step import Removed
from streams.rules.offer_rows import Offer
from streams.state import OpenSignal

SERIOUS = 3  # severity from which a friction counts as a second failure; a nuisance does not [ours]


def suitable(ctx: Context, offer: Offer, channel: str) -> Removed | None:
    """Remove an offer that would do more harm than good."""
    if offer.family == "service_recovery":
        if second := second_failure(ctx):
            return Removed("double_deviation", f"{second.detector} again in {matter_of(second)}: to {owner_of(ctx, second)}, no machine")
        return None
    fresh = freshness(ctx.journey, offer, ctx.at)
    if fresh < offer.least_freshness:
        return Removed("habituated", f"it keeps {fresh:.0%} of its effect, less than {offer.least_freshness:.0%}")
    return None


def second_failure(ctx: Context) -> OpenSignal | None:
    """A serious friction that came up in a matter while our repair of it was under way.

    Double deviation (Bitner, Booms and Tetreault 1990): failing again during the recovery angers more than the first failure,
    and a second automatic apology makes it worse.
    """
    for made in repairs_under_way(ctx.journey, ctx.at):
        for signal in ctx.journey.open:
            again = signal.opened > made.at and signal.severity >= SERIOUS and signal.id not in made.signals
            if again and matter_of(signal) in made.deadlines:
                return signal
    return None


def owner_of(ctx: Context, signal: OpenSignal) -> str:
    """Who answers for the place where it happened, by the blueprint; empty: nobody was named."""
    owners = ctx.rules.blueprint.owners
    return owners.get(signal.place) or owners.get("*") or "its owner"
