"""How often frictions open for how much that happens, per hour and channel: what `streams.insights.surge` holds against earlier weeks.

What is counted as exposure is every touchpoint of an activity, not of the kinds that wake a detector: a payment that failed is woken by
nothing but itself, and its rate among failed payments is always 1.
"""

from __future__ import annotations

from schemas.durations import HOUR
from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.commerce import CheckoutStarted, OrderPlaced, PaymentTried
from streams.insights.measures import FRICTION
from streams.state.aggregates import Aggregates

STEPS = {CheckoutStarted: "checkout_started", PaymentTried: "payment_tried", OrderPlaced: "order_placed"}
TRANSITIONS = {"payment>order": ("payment_tried", "order_placed"), "checkout>order": ("checkout_started", "order_placed")}


def exposed(cells: Aggregates, touchpoint: Touchpoint) -> None:
    """A touchpoint at which something may go wrong."""
    kind = type(touchpoint)
    counts = cells.rate_row(touchpoint.at // HOUR, touchpoint.channel).counts
    activity = kind.activity
    counts[activity] = counts.get(activity, 0) + 1
    if step := STEPS.get(kind):
        counts[step] = counts.get(step, 0) + 1


def opened(cells: Aggregates, at: int, channel: str, detector: str) -> None:
    """A friction opened at this moment (ms UTC)."""
    cells.rate_row(at // HOUR, channel).count(FRICTION + detector)
