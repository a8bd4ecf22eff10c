"""Valid: an offer whose time is over by the log's time is not made. A backlog, or a history that is loaded, would publish old offers."""

from __future__ import annotations

from schemas.durations import HOUR
from streams.context import Context
from streams.offers.passage import Grounds, Removed
from streams.rules.offer_rows import Offer


def valid_until(ctx: Context, offer: Offer) -> int:
    """Return when an offer made because of this event ends (ms UTC). Its hours run from the event, not from its arrival."""
    return ctx.at + round(offer.valid_hours * HOUR)


def valid(ctx: Context, found: Grounds, offer: Offer) -> Removed | None:
    """Remove an offer that has ended before the record came into the log. It uses up no cap."""
    end = valid_until(ctx, offer)
    if end > found.now:
        return None
    return Removed("expired", f"it made sense until {ctx.when(end)}; the record came at {ctx.when(found.now)}")
