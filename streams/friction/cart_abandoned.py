"""Abandoned carts."""

from __future__ import annotations

from schemas.touchpoints.commerce import CartUpdated, CheckoutStarted, OrderPlaced, PurchaseMade
from streams.detectors import Found, Limits, Opening, absence, after, closing
from streams.state import Deadline, Journey


def _filled(_journey: Journey, cart: CartUpdated, limits: Limits) -> Opening | None:
    return Opening(cart.at + after(minutes=limits["minutes"]), cart.cart) if cart.items else None


@absence(
    "cart_abandoned",
    opened_by={CartUpdated: _filled},
    closed_by=(
        closing(OrderPlaced),
        closing(PurchaseMade),
        closing(CheckoutStarted, lambda checkout, ref: checkout.cart == ref),
        closing(CartUpdated, lambda cart, ref: cart.cart == ref and not cart.items),
    ),
    limits={"minutes": 60},
    severity=2,
)
def cart_abandoned(_journey: Journey, cart: Deadline, limits: Limits) -> Found:
    """The customer left a filled cart: no order came, and nobody has changed the cart since.

    **Definition**: A cart holds items. For `minutes` after its last change there is no order and no checkout of it.
    **Default**: 60 minutes.
    **Source**: UltraCart waits 60 minutes, Recapture 30.
    **Guard**: The customer may buy in another channel or with another cart. So every order and every till receipt ends the wait. An emptied
    cart shows no wish to buy. A removal that does not tell what is left ends the wait too: the cart may be empty. A checkout takes the cart
    over: from then on `checkout_abandoned` watches it.

    >>> from streams.replay import signals_of
    >>> signals_of("0 web cart_updated /cart cart=k1 items=2", until="61m")
    ['cart_abandoned']
    >>> signals_of('''
    ... 0   web   cart_updated  /cart  cart=k1 items=2
    ... 40m store purchase_made till-4 receipt=r1 value=4200
    ... ''', until="5h")
    []
    >>> signals_of('''
    ... 0   web cart_updated /cart cart=k1 items=2
    ... 10m web cart_updated /cart cart=k1 removed=true
    ... ''', until="5h")
    []
    """
    return Found([cart.evidence], f"The cart was left for {limits['minutes']:g} minutes")
