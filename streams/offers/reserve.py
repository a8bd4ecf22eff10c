"""Reserve: an offer enters the journey's history before it is published. An offer of the control arm enters the same history."""

from __future__ import annotations

from collections.abc import Sequence

from streams.context import Context
from streams.offers.grounds import subject_of, supporting_signals
from streams.offers.rank import Ranked
from streams.offers.steps.caps import free_place
from streams.offers.steps.valid import valid_until
from streams.state import MadeOffer, OpenSignal


def reserve(ctx: Context, chosen: Ranked, repaired: Sequence[OpenSignal], id: str, *, shadow: bool) -> MadeOffer:
    """Add the chosen offer to the history. From now on caps, habituation and the timer at its end count it."""
    offer, made = chosen.offer, ctx.journey.made
    entry = MadeOffer(
        id,
        offer.name,
        offer.family,
        chosen.channel,
        ctx.now,
        valid_until(ctx, offer),
        shadow=shadow,
        signals=supporting_signals(ctx, offer, repaired),
        subjects=sorted({matter for s in repaired if (matter := subject_of(s))}),
    )
    place = free_place(ctx)
    if place is None:
        raise RuntimeError(f"the books of {ctx.customer} are full: caps must have removed {offer.name}")
    if place < len(made):
        del made[place]
    made.append(entry)
    return entry
