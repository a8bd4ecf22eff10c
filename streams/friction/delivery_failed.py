"""Failed delivery attempts."""

from __future__ import annotations

from schemas.touchpoints.aftersale import OrderCancelled
from schemas.touchpoints.delivery import DeliveryAttempted, DeliveryRescheduled, OrderDelivered
from streams.detectors import HOUR, Found, Limits, after, closing, pattern
from streams.state import Journey
from streams.state.marks import last, last_uncited

REFUSED = "refused"  # by the customer, at the door


def _awaited(journey: Journey, attempt: DeliveryAttempted, limits: Limits) -> bool:
    """Return whether the customer expected the goods then: not delivered yet, and not put off by the customer to another day."""
    rings = journey.rings
    there = any(mark.order == attempt.order and mark.complete and mark.at <= attempt.at for mark in rings.order_delivered)
    changes = [mark for mark in rings.delivery_rescheduled if mark.order == attempt.order and mark.at <= attempt.at]
    put_off = changes and changes[-1].by_customer and changes[-1].by - attempt.at > limits["early_hours"] * HOUR
    return not there and not put_off


@pattern(
    "delivery_failed",
    on=DeliveryAttempted,
    closes=after(days=7),
    closed_by=(
        closing(OrderDelivered, lambda delivery, ref: delivery.order == ref and delivery.complete),
        closing(DeliveryRescheduled, lambda change, ref: change.order == ref and change.by_customer),
        closing(OrderCancelled, lambda cancelled, ref: cancelled.order == ref),
    ),
    reads={
        DeliveryAttempted: last(4, "order", "reason"),
        DeliveryRescheduled: last_uncited(4, "order", "by", "by_customer"),
        OrderDelivered: last_uncited(4, "order", "complete"),
    },
    limits={"worse_at": 2, "early_hours": 24},
    severity=3,
)
def delivery_failed(journey: Journey, attempt: DeliveryAttempted, limits: Limits) -> Found | None:
    """The carrier came and could not deliver.

    **Definition**: Any failed delivery attempt of an order. The `worse_at`-th attempt has severity 4.
    **Default**: The first attempt, severity 3. The second has severity 4.
    **Source**: [ours].
    **Guard**: A customer who put the parcel off does not expect it earlier. So an attempt more than `early_hours` before the time that they
    chose does not count. The friction ends when they choose another time afterwards. Goods that they refused at the door could be
    delivered.

    >>> from streams.replay import signals_of
    >>> signals_of("0 post delivery_attempted north order=o1 reason=nobody_home")
    ['delivery_failed']
    >>> signals_of('''
    ... 0  web  delivery_rescheduled -     order=o1 by=1768000000000 by_customer=true
    ... 2d post delivery_attempted   north order=o1 reason=nobody_home
    ... ''')
    []
    """
    if attempt.reason == REFUSED or not _awaited(journey, attempt, limits):
        return None
    marks = [mark for mark in journey.rings.delivery_attempted if mark.order == attempt.order and mark.at <= attempt.at]
    earlier = [mark.id for mark in marks if mark.reason != REFUSED]
    times = len(earlier) + 1
    words = f"Delivery failed {times} times" if earlier else f"Delivery failed: {attempt.reason or 'no reason given'}"
    return Found([*earlier, attempt.id], words, 4 if times >= limits["worse_at"] else 3, ref=attempt.order)
