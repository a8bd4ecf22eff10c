"""Customers who send back more than they used to."""

from __future__ import annotations

from schemas.touchpoints.aftersale import ItemReturned, OrderCancelled
from schemas.touchpoints.commerce import OrderPlaced, PurchaseMade
from streams.detectors import DAY, Found, Limits, Risk, after, pattern
from streams.detectors.shared.evidence import before
from streams.state import Journey
from streams.state.marks import last, last_uncited


def _counts(touchpoint: ItemReturned | OrderCancelled) -> bool:
    return touchpoint.by_customer if isinstance(touchpoint, OrderCancelled) else not touchpoint.exchange and touchpoint.reason != "size"


def _usual(journey: Journey, returned: int, bought: int, limits: Limits) -> float:
    """Return the share of earlier purchases that came back. For a new customer it is the company's share."""
    kinds = journey.kinds
    past_returns = kinds.get("item_returned", 0) + kinds.get("order_cancelled", 0) - returned
    past_purchases = journey.cadence.count - bought
    own = past_returns / past_purchases if past_purchases >= limits["known_from"] else 0.0
    return max(own, limits["usual_share"])


@pattern(
    "returns_rising",
    on=(ItemReturned, OrderCancelled),
    closes=after(days=60),
    reads={
        ItemReturned: last(6, "exchange", "reason"),
        OrderCancelled: last(6, "by_customer"),
        OrderPlaced: last_uncited(12),
        PurchaseMade: last_uncited(12),
    },
    limits={"times": 2, "factor": 2, "days": 60, "usual_share": 0.1, "known_from": 3},
    severity=2,
    risk=Risk("decline", weight=0.9, half_life_days=45),
)
def returns_rising(journey: Journey, back: ItemReturned | OrderCancelled, limits: Limits) -> Found | None:
    """The customer sends back or cancels clearly more of what they buy than they used to.

    **Definition**: There are `times` or more returns and cancelled orders within `days`. Their share of the purchases in that time is at
    least `factor` times the customer's own share before. That own share counts as `usual_share` at least. Before 3 purchases `usual_share`
    alone counts.
    **Default**: 2 returns, twice the own share, 60 days. 10 % if there is no history.
    **Source**: [ours]. Weight 0.9 and half-life 45 days are priors.
    **Guard**: An exchange, or another size, continues the purchase. An order that we cancelled is our own doing. Buying more raises the
    returns, but not their share. The journey remembers the latest 12 orders and 12 receipts.

    >>> from streams.replay import signals_of
    >>> signals_of('''
    ... 0   web  order_placed  /pay order=o1
    ... 2d  web  order_placed  /pay order=o2
    ... 9d  post item_returned -    order=o1 reason=damaged
    ... 11d post item_returned -    order=o2 reason=not_as_described
    ... ''')
    ['returned_or_refunded', 'returned_or_refunded', 'returns_rising']
    >>> signals_of('''
    ... 0   web  order_placed  /pay order=o1
    ... 2d  web  order_placed  /pay order=o2
    ... 9d  post item_returned -    order=o1 reason=size
    ... 11d post item_returned -    order=o2 exchange=true
    ... ''')
    []
    """
    if not _counts(back):
        return None
    rings, within = journey.rings, limits["days"] * DAY
    marks = before([*rings.item_returned, *rings.order_cancelled], back, within)
    bought = len(before([*rings.order_placed, *rings.purchase_made], back, within))
    kept = [mark for mark in rings.item_returned if mark in marks and not mark.exchange and mark.reason != "size"]
    kept += [mark for mark in rings.order_cancelled if mark in marks and mark.by_customer]
    share = (len(kept) + 1) / max(bought, 1)
    if len(kept) + 1 < limits["times"] or share < limits["factor"] * _usual(journey, len(marks), bought, limits):
        return None
    return Found([*(mark.id for mark in kept), back.id], f"{len(kept) + 1} of {max(bought, len(kept) + 1)} purchases came back")
