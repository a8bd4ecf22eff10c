"""What an offer may save: the catalogue's prior, drawn towards the customer's own margin and risk as purchases tell of them.

The customer's own figure is risk x margin per purchase x purchases expected within the blueprint's `horizon_days` at their own rhythm. It
needs purchases whose margin is known, and a rhythm. Spend is not margin: without margins the catalogue's prior stays.
"""

from __future__ import annotations

from typing import NamedTuple

from schemas.outputs.offers import Basis
from streams.context import Context
from streams.offers.about import currency_of
from streams.rules.offer_rows import Offer

PRIOR_PURCHASES = 5  # purchases of known margin after which the customer's own figure weighs as much as the prior [ours]


class Saving(NamedTuple):
    """What an offer is expected to save if it is accepted, in minor units, and where the figure comes from."""

    amount: float
    basis: Basis


def saving(ctx: Context, risk: float, offer: Offer) -> Saving:
    """Return what this offer is expected to save, before its cost. `risk` is the chance of losing the customer, now.

    >>> from schemas.durations import DAY
    >>> from streams.risk.score import risk
    >>> from streams.rules import Rules
    >>> from streams.rules.offer_rows import CATALOGUE
    >>> from streams.state import Cadence, Partition, Value, journey_of
    >>> buyer = journey_of(acted_at=9 * DAY, cadence=Cadence(6, 0, 9 * DAY, 5, 10.0), value=Value(margin=60_000, margins=5))
    >>> moment = Context(buyer, Partition(), Rules(), "c1", 9 * DAY, "e1", [])
    >>> found = saving(moment, risk(buyer, 9 * DAY, moment.rules), CATALOGUE[0])
    >>> CATALOGUE[0].value, round(found.amount), found.basis
    (600, 3031, 'own')
    """
    value, cadence = ctx.journey.value, ctx.journey.cadence
    if not value.margins or not cadence.mean_days or value.currency not in ("", currency_of(ctx)):
        return Saving(offer.value, "prior")
    purchases = ctx.rules.blueprint.horizon_days / max(cadence.mean_days, 1.0)
    own = risk * purchases * max(0.0, value.margin / value.margins)
    return Saving((PRIOR_PURCHASES * offer.value + value.margins * own) / (PRIOR_PURCHASES + value.margins), "own")
