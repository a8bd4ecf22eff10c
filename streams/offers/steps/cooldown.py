"""Cooldown: a declined offer is not made again for its own time. An offer that the channel refused is not tried again at once."""

from __future__ import annotations

from schemas.durations import DAY
from streams.context import Context
from streams.offers.passage import Grounds, Removed
from streams.rules.offer_rows import Offer

REFUSAL_DAYS = 1.0  # a channel that refused an offer (quota, technical fault) may get it again after a day [ours]


def cooldown(ctx: Context, found: Grounds, offer: Offer, channel: str) -> Removed | None:
    """Remove an offer that the customer declined, or this channel refused, not long enough ago."""
    for made in ctx.journey.made:
        if made.offer != offer.name:
            continue
        if made.outcome == "declined":
            until = made.outcome_at + round(offer.cooldown_days * DAY)
        elif made.outcome == "refused" and made.channel == channel:
            until = made.outcome_at + round(REFUSAL_DAYS * DAY)
        else:
            continue
        if found.now < until:
            return Removed("cooldown", f"{made.outcome} at {ctx.when(made.outcome_at)}; it rests until {ctx.when(until)}")
    return None
