"""How many purchases, and how many days with a purchase, the spend rests on: an average is taken over these only."""

from __future__ import annotations

from streams.state.journey import Journey


def priced_purchases(journey: Journey) -> int:
    """Return the number of purchases that the spend holds.

    >>> from streams.state.journey import Cadence, Value, journey_of
    >>> priced_purchases(journey_of(value=Value(spend=10_000, unpriced=1), cadence=Cadence(count=4)))
    3
    """
    left = journey.cadence.count - journey.value.unpriced
    return left if left > 0 or not journey.value.spend else 1


def priced_days(journey: Journey) -> int:
    """Return the number of days on which the customer bought for a known value. The share of such purchases tells how many there are.

    >>> from streams.state.journey import Cadence, Value, journey_of
    >>> [priced_days(journey_of(value=Value(unpriced=n), cadence=Cadence(count=4, gaps=3))) for n in (0, 1, 4)]
    [4, 3, 0]
    """
    cadence = journey.cadence
    if not cadence.count:
        return 0
    days = cadence.gaps + 1
    return -(-days * priced_purchases(journey) // cadence.count) if journey.value.unpriced else days
