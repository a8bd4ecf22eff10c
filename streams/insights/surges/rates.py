"""The rates of frictions per hour and channel. `streams.insights.surges.surge` compares them with earlier weeks.

Every touchpoint of an activity counts as an exposure, not only the kinds that a detector is asked about. Otherwise some rates would
say nothing. Only a failed payment can open `payment_failed`, so its rate among failed payments is always 1.
"""

from __future__ import annotations

from schemas.durations import HOUR
from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.commerce import CheckoutStarted, OrderPlaced, PaymentTried
from streams.state.aggregates import Aggregates

STEPS: dict[type[Touchpoint], str] = {CheckoutStarted: "checkout_started", PaymentTried: "payment_tried", OrderPlaced: "order_placed"}
TRANSITIONS = {"payment>order": ("payment_tried", "order_placed"), "checkout>order": ("checkout_started", "order_placed")}


def exposures_of(kind: type[Touchpoint]) -> tuple[str, ...]:
    """Return what touchpoints of this kind are counted as: their activity, and a step towards an order.

    >>> exposures_of(OrderPlaced)
    ('buying', 'order_placed')
    """
    return (kind.activity, STEPS[kind]) if kind in STEPS else (kind.activity,)


def count_exposures(aggregates: Aggregates, touchpoint: Touchpoint, exposures: tuple[str, ...]) -> None:
    """Count a touchpoint at which a friction may open. `exposures` is what it is counted as."""
    hour, channel = touchpoint.at // HOUR, touchpoint.channel
    held = aggregates.rate_rows.get(channel)
    if held is not None and held[0] == hour:
        aggregates.changed.add(held[1])
        counts = held[2].counts
    else:
        counts = aggregates.rate_row(hour, channel, seen=True).counts
    for name in exposures:
        counts[name] = counts.get(name, 0) + 1
