"""Reserve: an offer enters the journey's history before it is published. An offer of the control arm enters the same history."""

from __future__ import annotations

from collections.abc import Sequence

from streams.context import Context
from streams.offers.grounds import subject_of
from streams.offers.steps.caps import free_place
from streams.state import MadeOffer, OpenSignal


def reserve(ctx: Context, entry: MadeOffer) -> None:
    """Add the chosen offer to the history. From now on caps, habituation and the timer at its end count it."""
    made, place = ctx.journey.made, free_place(ctx)
    if place is None:
        raise RuntimeError(f"the books of {ctx.customer} are full: caps must have removed {entry.offer}")
    if place < len(made):
        del made[place]
    made.append(entry)


def subjects_of(repaired: Sequence[OpenSignal]) -> list[str]:
    """Return what the frictions that an offer repairs are about, each once and in order."""
    return sorted({matter for signal in repaired if (matter := subject_of(signal))})
