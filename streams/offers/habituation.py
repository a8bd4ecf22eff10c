"""Predictable benefits stop delighting: each repeat keeps a share of an offer's effect, and rest brings it back."""

from __future__ import annotations

from schemas.durations import DAY
from streams.rules.offer_rows import Offer
from streams.state import Journey


def freshness(journey: Journey, offer: Offer, at: int) -> float:
    """The share of its first effect (0..1] that this offer still has for this customer.

    Every earlier one counts 1 on its day and half as much after each `rest_days`; the effect is `habituation` to the power of their sum.
    One that the channel never sent surprised nobody. A shadow counts like a real one, so that both arms stay comparable.

    >>> from streams.rules.offer_rows import CATALOGUE
    >>> from streams.state import MadeOffer
    >>> voucher = next(o for o in CATALOGUE if o.name == "comeback_voucher")
    >>> freshness(Journey(made=[MadeOffer("m1", "comeback_voucher", "incentive", "email", 0, 1)]), voucher, 0) == voucher.habituation
    True
    """
    repeats = 0.0
    for made in journey.made:
        if made.offer == offer.name and made.outcome != "refused":
            repeats += 0.5 ** (max(0, at - made.at) / (offer.rest_days * DAY))
    return offer.habituation**repeats if repeats else 1.0
