"""Reserve: an offer enters the journey's books before anybody hears of it, and a shadow enters the same books."""

from __future__ import annotations

from schemas.durations import HOUR
from streams.context import Context
from streams.offers import grounds
from streams.offers.rank import Ranked
from streams.offers.steps.caps import forgettable
from streams.rules.offer_rows import Offer
from streams.state import MadeOffer


def reserve(ctx: Context, chosen: Ranked, id: str, *, shadow: bool) -> MadeOffer:
    """The chosen offer's entry: from now on caps, habituation and the wake at its end know it."""
    offer, made = chosen.offer, ctx.journey.made
    entry = MadeOffer(
        id,
        offer.name,
        offer.family,
        chosen.channel,
        ctx.at,
        valid_until(ctx, offer),
        shadow=shadow,
        signals=grounds.signals_of(ctx, offer),
        subjects=sorted({matter for s in grounds.unanswered(ctx, offer) if (matter := grounds.matter_of(s))}),
    )
    place = forgettable(ctx)
    if place is None:
        raise RuntimeError(f"the books of {ctx.customer} are full: caps must have removed {offer.name}")
    if place < len(made):
        del made[place]
    made.append(entry)
    return entry


def valid_until(ctx: Context, offer: Offer) -> int:
    """When an offer made now ends (ms UTC)."""
    return ctx.at + round(offer.valid_hours * HOUR)
