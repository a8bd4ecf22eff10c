"""How many purchases, and how many days with a purchase, the spend rests on: an average is taken over these only."""

from __future__ import annotations

from streams.state.journey import Journey


def priced_purchases(journey: Journey) -> int:
    """Return the number of purchases that the spend holds.

    >>> from streams.state.journey import Cadence, Value
    >>> priced_purchases(Journey(value=Value(spend=10_000, unpriced=1), cadence=Cadence(count=4)))
    3
    """
    left = journey.cadence.count - journey.value.unpriced
    return left if left > 0 or not journey.value.spend else 1


def priced_days(journey: Journey) -> int:
    """Return the number of days on which the customer bought for a known value. The share of such purchases tells how many there are.

    >>> from streams.state.journey import Cadence, Value
    >>> [priced_days(Journey(value=Value(unpriced=n), cadence=Cadence(count=4, gaps=3))) for n in (0, 1, 4)]
    [4, 3, 0]
    """
    days, count = buying_days(journey), journey.cadence.count
    return days if not journey.value.unpriced else -(-days * priced_purchases(journey) // count) if count else 0


def buying_days(journey: Journey) -> int:
    """Return the number of days on which the customer bought. Purchases of one day count once, as in `streams.cadence`.

    >>> from streams.state.journey import Cadence
    >>> buying_days(Journey(cadence=Cadence(count=9, gaps=6))), buying_days(Journey())
    (7, 0)
    """
    return journey.cadence.gaps + 1 if journey.cadence.count else 0
