"""Habituation: predictable benefits stop delighting. Each repeat keeps a share of an offer's effect, and rest restores it."""

from __future__ import annotations

from schemas.durations import DAY
from streams.rules.offer_rows import Offer
from streams.state import UNSENT, Journey


def freshness(journey: Journey, offer: Offer, at: int) -> float:
    """Return the share (0..1] of its first effect that this offer still has for this customer.

    Each earlier offer counts 1 on its day, and half as much after each `rest_days`. The effect is `habituation` to the power of their
    sum. An offer that was never sent does not count. Offers of the control arm count like real ones, so that both arms stay
    comparable.

    >>> from streams.rules.offer_rows import CATALOGUE
    >>> from streams.state import MadeOffer
    >>> voucher = next(o for o in CATALOGUE if o.name == "comeback_voucher")
    >>> freshness(Journey(made=[MadeOffer("m1", "comeback_voucher", "incentive", "email", 0, 1)]), voucher, 0) == voucher.habituation
    True
    """
    repeats = 0.0
    for made in journey.made:
        if made.offer == offer.name and made.outcome not in UNSENT:
            repeats += 0.5 ** (max(0, at - made.at) / (offer.rest_days * DAY))
    return offer.habituation**repeats if repeats else 1.0
