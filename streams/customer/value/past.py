"""What a customer has been worth so far."""

from __future__ import annotations

from streams.customer.value.scale import MOST
from streams.state import Journey


def past(journey: Journey) -> int:
    """Minor units: the margin where it is told, else what was spent; less what was refunded.

    Of a customer whose margin is known of some purchases only, the others earned as much each. A refund takes back its share of the
    margin, not more than was ever earned by it. Of two customers the figures can be compared as long as a company tells margins of all
    its purchases or of none. What subscriptions paid is no part of it: their periods are no purchases (`Journey.cadence`).

    >>> from streams.state import Cadence, Value
    >>> past(Journey(value=Value(spend=10_000, refunded=2_500), cadence=Cadence(count=4)))
    7500
    >>> past(Journey(value=Value(spend=10_000, refunded=2_500, margin=1_500, margins=2), cadence=Cadence(count=4)))
    2250
    """
    value = journey.value
    kept = value.spend - value.refunded
    if value.margins and value.spend > 0:
        kept = value.margin * journey.cadence.count * kept // (value.margins * value.spend)
    return kept if -MOST < kept < MOST else MOST if kept > 0 else -MOST


def buying_days(journey: Journey) -> int:
    """Days on which the customer bought, as their rhythm knows them: those of one day are one (`streams.cadence`).

    >>> from streams.state import Cadence
    >>> buying_days(Journey(cadence=Cadence(count=9, gaps=6))), buying_days(Journey())
    (7, 0)
    """
    return journey.cadence.gaps + 1 if journey.cadence.count else 0
