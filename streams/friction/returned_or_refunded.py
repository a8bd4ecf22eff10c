"""Purchases that were undone, and refunds that are late."""

from __future__ import annotations

from typing import Any

from schemas.touchpoints.aftersale import ItemReturned, OrderCancelled, OrderRefunded
from schemas.touchpoints.commerce import OrderPlaced
from streams.detectors import DAY, Found, Limits, Opening, absence, after, closing
from streams.state import Deadline, Journey
from streams.state.marks import last, last_uncited

SWAPPED = "size"
UNDONE, OURS, UNPAID = 2, 3, 4  # severities


def _paid_back(journey: Journey, undone: ItemReturned | OrderCancelled) -> bool:
    """Return whether the money is back already, because the refund came before the goods.

    Each refund answers one return or cancellation.
    """
    rings, order = journey.rings, undone.order
    refunds = [mark for mark in rings.order_refunded if mark.whole and mark.order == order]
    earlier = [m for m in [*rings.item_returned, *rings.order_cancelled] if m.order == order and m.id != undone.id and m.at <= undone.at]
    return len(refunds) > len(earlier)


def _returned(journey: Journey, back: ItemReturned, limits: Limits) -> Opening | None:
    if back.exchange or back.refund_due is None or _paid_back(journey, back):
        return None
    return Opening(min(max(back.refund_due, back.at), back.at + round(limits["refund_days"] * DAY)), back.order)


def _cancelled(journey: Journey, cancelled: OrderCancelled, limits: Limits) -> Opening | None:
    paid = any(mark.order == cancelled.order and (mark.value or 0) > 0 for mark in journey.rings.order_placed)
    if not paid or _paid_back(journey, cancelled):
        return None
    return Opening(cancelled.at + round(limits["refund_days"] * DAY), cancelled.order)


@absence(
    "returned_or_refunded",
    on=(ItemReturned, OrderCancelled, OrderRefunded),
    opened_by={ItemReturned: _returned, OrderCancelled: _cancelled},
    closed_by=(closing(OrderRefunded, lambda refund, ref: refund.order == ref and refund.whole),),
    closes=after(days=7),
    reads={
        ItemReturned: last(4, "order"),
        OrderCancelled: last(4, "order"),
        OrderRefunded: last_uncited(4, "order", "whole"),
        OrderPlaced: last_uncited(4, "order", "value"),
    },
    limits={"refund_days": 14},
    severity=UNDONE,
)
def returned_or_refunded(journey: Journey, undone: Any, limits: Limits) -> Found | None:
    """The customer's purchase was undone, or their money is not back in time.

    **Definition**: An order was returned, cancelled or refunded: severity 2. Severity 3 if it was our doing: cancelled by us, refunded with
    nothing returned, damaged, not as described or the wrong item. Severity 4 if a refund is still open at the promised time. Its time ends
    after `refund_days` at the latest.
    **Default**: Any. 14 days for a refund.
    **Source**: 14 days is [ours]. European law (Directive 2011/83, Article 13) gives sellers as many.
    **Guard**: An exchange, or another size, continues the purchase. A refund after its return ends that friction and opens no other. If no
    refund is owed (nothing paid, none due), the detector waits for none.

    >>> from streams.replay import signals_of
    >>> signals_of("0 post item_returned - order=o1 reason=damaged")
    ['returned_or_refunded']
    >>> signals_of("0 post item_returned - order=o1 reason=damaged exchange=true")
    []
    """
    if isinstance(undone, Deadline):
        return Found([undone.evidence], f"The refund of {undone.ref} is open for {(undone.due - undone.opened) / DAY:.0f} days", UNPAID)
    if isinstance(undone, OrderRefunded):
        return _refunded(journey, undone)
    if isinstance(undone, ItemReturned):
        if undone.exchange or undone.reason == SWAPPED:
            return None
        blamed = undone.reason in ("damaged", "not_as_described", "wrong_item")
        return Found([undone.id], f"Sent back: {undone.reason or 'no reason given'}", OURS if blamed else UNDONE, ref=undone.order)
    whose = "the customer" if undone.by_customer else "us"
    return Found([undone.id], f"Cancelled by {whose}", UNDONE if undone.by_customer else OURS, ref=undone.order)


def _refunded(journey: Journey, refund: OrderRefunded) -> Found | None:
    """Return a claim if the refund is the first that we hear of it. Otherwise the refund ends what is known."""
    rings = journey.rings
    if any(mark.order == refund.order for mark in [*rings.item_returned, *rings.order_cancelled, *rings.order_refunded]):
        return None
    return Found([refund.id], "Refunded, with nothing returned or cancelled", OURS, ref=refund.order)
