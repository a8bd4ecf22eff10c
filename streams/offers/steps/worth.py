"""Worth: a promotion that costs more than it is expected to save is not made. A repair is made in any case."""

from __future__ import annotations

from schemas.currencies import in_words
from streams.context import Context
from streams.offers.about import currency_of
from streams.offers.passage import Grounds, Removed
from streams.offers.saving import saving
from streams.rules.offer_rows import Offer


def worth(ctx: Context, found: Grounds, offer: Offer) -> Removed | None:
    """Remove a promotion whose cost is not below what it is expected to save with this customer."""
    if offer.family == "service_recovery" or (expected := saving(ctx, found.risk, offer).amount) > offer.cost:
        return None
    currency = currency_of(ctx)
    return Removed("not_worth_it", f"it may save {in_words(expected, currency)} and costs {in_words(offer.cost, currency)}")
