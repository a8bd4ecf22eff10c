"""Customers who are sent round in a circle."""

from __future__ import annotations

from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.browsing import Clicked, PageViewed, ScreenViewed
from schemas.touchpoints.commerce import CartUpdated, CheckoutStarted, OrderPlaced, PaymentTried, PurchaseMade
from schemas.touchpoints.forms import FormStarted
from streams.detectors import MINUTE, Found, Limits, closing, on_move
from streams.state import Journey
from streams.state.trail import lasted, moves

LONGEST = 4  # places of a circle


@on_move(
    "went_in_circles",
    on=(PageViewed, ScreenViewed, Clicked, CartUpdated, CheckoutStarted, PaymentTried, FormStarted),
    closed_by=(closing(OrderPlaced), closing(PurchaseMade)),
    limits={"rounds": 3, "minutes": 30},
    severity=3,
)
def went_in_circles(journey: Journey, touchpoint: Touchpoint, limits: Limits) -> Found | None:
    """The customer went round the same steps again and again, and reached nothing: something sends them back.

    **Definition**: The latest moves between places are the same circle of 2 to 4 places, `rounds` times within `minutes` minutes.
    **Default**: 3 rounds in 30 minutes.
    **Source**: [ours]. A step back is ordinary, and a second try too.
    **Guard**: Only steps of buying, paying, signing in and service count. The words of their names, or the page's type, tell. Any other
    place between them breaks the circle: who compares products, or fills the cart, goes in no circle. A circle is told once, at the place
    that completes it: further rounds are the same circle.

    >>> from streams.replay import signals_of
    >>> rounds = [(minute, ("/cart", "/checkout/shipping")[minute % 2]) for minute in range(6)]
    >>> signals_of("\\n".join(f"{minute}m app page_viewed {place} page={place}" for minute, place in rounds))
    ['went_in_circles']
    >>> signals_of("\\n".join(f"{minute}m app page_viewed {place} page={place}" for minute, place in rounds[:5]))
    []
    """
    lasts = lasted(journey.trail, 2 * max(1, int(limits["rounds"])))  # the smallest circle; most journeys are far from one
    if lasts is None or lasts > limits["minutes"] * MINUTE:
        return None
    made = moves(journey.trail)
    length = _circle(made, limits)
    if not length or _circle(made[:-1], limits):
        return None
    return Found([touchpoint.id], f"Went round the same {length} places {limits['rounds']:g} times, up to {touchpoint.place}")


def _circle(made: list[tuple[int, int]], limits: Limits) -> int:
    """Return of how many places the circle is that the latest of these moves end; 0: they are no circle."""
    since = made[-1][0] - limits["minutes"] * MINUTE if made else 0
    places = [place for at, place in made if at >= since]
    for length in range(2, LONGEST + 1):
        circle = places[-length * int(limits["rounds"]) :]
        if len(circle) == length * int(limits["rounds"]) and len(set(circle)) > 1 and circle[length:] == circle[:-length]:
            return length
    return 0
