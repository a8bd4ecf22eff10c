"""Customers who complete fewer of the checkouts that they begin."""

from __future__ import annotations

from math import sqrt

from schemas.touchpoints.commerce import CheckoutStarted, OrderPlaced
from schemas.touchpoints.usage import AccountPaused
from streams.detectors import DAY, HOUR, Found, Limits, Over, Risk, weekly
from streams.detectors.shared.declines import quarters
from streams.detectors.shared.pauses import was_paused_since
from streams.state import Journey
from streams.state.marks import last_uncited
from streams.state.weeks import Weeks

LATEST = 8  # checkouts


def _deviation(ratio: float, before: int, now: int) -> float:
    """Return the standard deviation of the difference between two ratios of so many checkouts.

    Laplace's rule of succession applies, so that a ratio of 100 % is not taken for certain.
    """
    drawn = (ratio * before + 1) / (before + 2)
    return sqrt(drawn * (1 - drawn) * (1 / before + 1 / now))


@weekly(
    "checkout_ratio_fell",
    reads={CheckoutStarted: last_uncited(LATEST), OrderPlaced: last_uncited(12), AccountPaused: last_uncited(1, "until")},
    limits={"share": 0.5, "deviations": 2, "known_from": 8, "days": 90, "hours": 24},
    severity=2,
    risk=Risk("decline", weight=0.9, half_life_days=45),
)
def checkout_ratio_fell(journey: Journey, weeks: Weeks, limits: Limits) -> Found | Over | None:
    """The customer places far fewer orders for the checkouts they begin than they used to.

    **Definition**: The ratio is the orders since the first of the latest 8 checkouts, divided by those checkouts. It is `share` or more
    below the customer's own earlier ratio of orders to checkouts. It is also `deviations` standard deviations of so small a sample below.
    Asked every Monday.
    **Default**: 50 %. 2 deviations. `known_from` 8 earlier checkouts.
    **Source**: The limits are [ours]. Weight 0.9 and half-life 45 days are priors [ours].
    **Guard**: A checkout of the last `hours` may yet become an order. The latest 8 must lie within `days`. The ratio is the customer's own.
    So a page that reports each checkout twice, or orders by telephone, count on both sides. An agreed pause gives no claim.

    >>> from streams.replay import signals_of
    >>> begun = [f"{3 * day}d web checkout_started /pay cart=k{day} \\n" for day in range(24)]
    >>> placed = [f"{72 * day}.1h web order_placed /pay order=o{day} \\n" for day in range(24)]
    >>> sorted(set(signals_of("".join(map("".join, zip(begun, placed[:16] + [""] * 8))), until="72d")))
    ['checkout_abandoned', 'checkout_ratio_fell', 'purchase_overdue']
    >>> signals_of("".join(map("".join, zip(begun, placed))), until="72d")
    []
    """
    latest = [mark.at for mark in journey.rings.checkout_started[-LATEST:]]
    if len(latest) < LATEST or latest[0] < weeks.at - limits["days"] * DAY or was_paused_since(journey, latest[0]):
        return None
    begun = sum(at <= weeks.at - limits["hours"] * HOUR for at in latest)
    placed = sum(mark.at >= latest[0] for mark in journey.rings.order_placed)
    checkouts, orders = journey.kinds.get("checkout_started", 0) - LATEST, journey.kinds.get("order_placed", 0) - placed
    if checkouts < limits["known_from"] or orders <= 0 or not begun:
        return None
    usual, now = min(1.0, orders / checkouts), placed / begun
    if now <= usual * (1 - limits["share"]) and usual - now >= limits["deviations"] * _deviation(usual, checkouts, begun):
        return Found([journey.acted_id], f"{placed} orders of {begun} checkouts; usual are {usual:.0%}", strength=quarters(1 - now / usual))
    return Over() if now > usual * (1 - limits["share"] / 2) else None
