"""The customer's value so far."""

from __future__ import annotations

from streams.customer.value.scale import MOST
from streams.state import Journey
from streams.state.priced import priced_purchases


def past_value(journey: Journey) -> int:
    """Return the value so far (minor units): the margin where it is known, else the spend; minus refunds.

    If the margin is known for some purchases only, the others count with the same mean margin. A refund takes back its share of the
    margin, not more than was ever earned by it. Two customers can be compared if a company reports margins for all purchases or for
    none. Subscription payments are not included: their periods are no purchases (`Journey.cadence`).

    Purchases of unknown value, and of a currency that is kept apart, are not included.

    >>> from streams.state import Cadence, Value, journey_of
    >>> past_value(journey_of(value=Value(spend=10_000, refunded=2_500), cadence=Cadence(count=4)))
    7500
    >>> past_value(journey_of(value=Value(spend=10_000, refunded=2_500, margin=1_500, margins=2), cadence=Cadence(count=4)))
    2250
    """
    value = journey.value
    kept = value.spend - value.refunded
    if value.margins and value.spend > 0:
        kept = value.margin * priced_purchases(journey) * kept // (value.margins * value.spend)
    return kept if -MOST < kept < MOST else MOST if kept > 0 else -MOST
