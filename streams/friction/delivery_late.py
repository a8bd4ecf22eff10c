"""Late deliveries."""

from __future__ import annotations

from schemas.touchpoints.aftersale import OrderCancelled
from schemas.touchpoints.delivery import DeliveryPromised, DeliveryRescheduled, OrderDelivered
from streams.detectors import Found, Limits, Opening, absence, after, closing
from streams.state import Deadline, Journey

LATE, LATER, LATEST = 3, 4, 5  # severities


def _promised(journey: Journey, promise: DeliveryPromised, limits: Limits) -> Opening | None:
    """Open a deadline for a promise. A second promise replaces the first only if the customer agreed to it, or if it is earlier."""
    return _binding(journey, promise.order, promise.by, promise.accepted_by_customer, limits)


def _rescheduled(journey: Journey, change: DeliveryRescheduled, limits: Limits) -> Opening | None:
    return _binding(journey, change.order, change.by, change.by_customer, limits)


def _binding(journey: Journey, order: str, by: int, agreed: bool, limits: Limits) -> Opening | None:
    due = by + after(hours=limits["hours"])
    earlier = journey.deadlines.get(f"delivery_late:{order}")
    return Opening(due, order) if agreed or earlier is None or (due < earlier.due and not earlier.step) else None


@absence(
    "delivery_late",
    opened_by={DeliveryPromised: _promised, DeliveryRescheduled: _rescheduled},
    closed_by=(
        closing(OrderDelivered, lambda delivery, ref: delivery.order == ref and delivery.complete),
        closing(OrderCancelled, lambda order, ref: order.order == ref),
        closing(DeliveryPromised, lambda promise, ref: promise.order == ref and promise.accepted_by_customer),
        closing(DeliveryRescheduled, lambda change, ref: change.order == ref and change.by_customer),
    ),
    limits={"hours": 0, "worse_hours": 24, "worst_hours": 72},
    severity=LATE,
)
def delivery_late(_journey: Journey, promise: Deadline, limits: Limits) -> Found:
    """The promised time has passed, and the goods have not arrived.

    **Definition**: There is no complete delivery of the order `hours` after the latest time promised. The friction is reported again, with
    a higher severity, after `worse_hours` and `worst_hours`.
    **Default**: 0 hours late has severity 3, 24 hours severity 4, 72 hours severity 5.
    **Source**: The promise itself is the limit. The hours at which it becomes worse are [ours].
    **Guard**: A new promise that the customer agreed to replaces the old one. A later date that only we or the carrier set does not.

    >>> from streams.replay import signals_of
    >>> signals_of("0 web delivery_promised north order=o1 by=1767686400000", until="25h")
    ['delivery_late', 'promise_broken']
    >>> signals_of('''
    ... 0   web  delivery_promised north order=o1 by=1767686400000
    ... 20h post order_delivered   north order=o1
    ... ''', until="25h")
    []
    """
    severity = min(LATE + promise.step, LATEST)
    waits = (limits["hours"], limits["worse_hours"], limits["worst_hours"])
    late = waits[severity - LATE]
    again = None if severity == LATEST else promise.due + after(hours=waits[severity - LATE + 1]) - after(hours=late)
    return Found([promise.evidence], f"The order is more than {late:g} hours late", severity, again_at=again)
