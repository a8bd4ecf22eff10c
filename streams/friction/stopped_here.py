"""Customers who did not get on from a blocked step."""

from __future__ import annotations

from schemas.touchpoints.commerce import OrderPlaced, PurchaseMade
from streams.detectors import Found, Limits, absence, after, closing
from streams.state import Deadline, Journey


@absence(
    "stopped_here",
    opened_by={},
    moves=True,
    closed_by=(closing(OrderPlaced), closing(PurchaseMade)),
    closes=after(days=1),
    limits={"minutes": 30},
    severity=3,
)
def stopped_here(_journey: Journey, step: Deadline, limits: Limits) -> Found:
    """The customer came to a step while it was blocked for many, and did not get on.

    **Definition**: A step is blocked (`step_blocked`) when the customer comes to it. Within `minutes` they come to no new place and do not
    buy.
    **Default**: 30 minutes. It stays open for a day at most.
    **Source**: [ours]. The same silence ends an episode (session).
    **Guard**: A customer who gets on from there, also later or on another channel, is not stopped. A purchase ends it too.

    >>> from streams.replay import signals_of
    >>> blocked = {"stopped_here": {"web\\t/pay": (200, 0.8, 0.0)}}
    >>> signals_of("0 web page_viewed /pay page=/pay", until="31m", norms=blocked)
    ['stopped_here']
    >>> signals_of('''
    ... 0  web page_viewed /pay  page=/pay
    ... 9m web page_viewed /done page=/done
    ... ''', until="2h", norms=blocked)
    []
    """
    words = f"Came to {step.place}, which was blocked for many customers, and did not get on within {limits['minutes']:g} minutes"
    return Found([step.evidence], words)
