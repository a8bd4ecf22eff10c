"""Abandoned checkouts."""

from __future__ import annotations

from schemas.touchpoints.commerce import CartUpdated, CheckoutStarted, OrderPlaced, PurchaseMade
from streams.detectors import Found, Limits, Opening, absence, after, closing
from streams.state import Deadline, Journey


def _begun(_journey: Journey, checkout: CheckoutStarted, limits: Limits) -> Opening:
    return Opening(checkout.at + after(minutes=limits["minutes"]), checkout.cart)


@absence(
    "checkout_abandoned",
    opened_by={CheckoutStarted: _begun},
    closed_by=(
        closing(OrderPlaced),
        closing(PurchaseMade),
        closing(CartUpdated, lambda cart, ref: cart.cart == ref and not cart.items),
    ),
    limits={"minutes": 30},
    severity=3,
)
def checkout_abandoned(_journey: Journey, checkout: Deadline, limits: Limits) -> Found:
    """The customer started a checkout and did not complete it.

    **Definition**: A checkout was started, and there is no order `minutes` later.
    **Default**: 30 minutes.
    **Source**: [ours]. The same silence ends an episode (session).
    **Guard**: An order with a new cart, or a purchase in another channel, counts as the order. An emptied cart shows no wish to buy. A cart
    of which nobody tells what is left may be empty.

    >>> from streams.replay import signals_of
    >>> signals_of("0 web checkout_started /checkout cart=k1 items=2", until="31m")
    ['checkout_abandoned']
    >>> signals_of('''
    ... 0   web checkout_started /checkout cart=k1 items=2
    ... 20m app order_placed     checkout  order=o1 cart=k2
    ... ''', until="2h")
    []
    """
    return Found([checkout.evidence], f"The checkout was left for {limits['minutes']:g} minutes")
