"""Error pages on the way to buy."""

from __future__ import annotations

from schemas.touchpoints.browsing import PageViewed, ScreenViewed
from schemas.touchpoints.commerce import OrderPlaced, PurchaseMade
from streams.detectors import MINUTE, Found, Limits, closing, on_move
from streams.detectors.shared.key_places import is_error
from streams.state import Journey
from streams.state.trail import moves

BUYING = ("cart", "checkout")


@on_move(
    "dead_end",
    on=(PageViewed, ScreenViewed),
    closed_by=(closing(OrderPlaced), closing(PurchaseMade)),
    limits={"minutes": 30},
    severity=3,
)
def dead_end(journey: Journey, view: PageViewed | ScreenViewed, limits: Limits) -> Found | None:
    """The customer met an error page on the way to buy.

    **Definition**: An error page is shown to a customer with a cart or a checkout of the last `minutes` minutes, or who was at a step of
    buying, paying or signing in.
    **Default**: One error page; 30 minutes.
    **Source**: [ours]. The same silence ends an episode (session).
    **Guard**: An error page that is met while looking around is not on the way to buy: old links lead there. The words of the place, or
    the page's type, tell what is an error page.

    >>> from streams.replay import signals_of
    >>> signals_of('''
    ... 0  web cart_updated /cart cart=k1 items=1
    ... 1m web page_viewed  /500  page=/500
    ... ''')
    ['dead_end']
    >>> signals_of("0 web page_viewed /404 page=/404")
    []
    """
    if not is_error(view):
        return None
    since = view.at - limits["minutes"] * MINUTE
    buys = any((attempt := journey.attempts.get(step)) and attempt.at >= since and not attempt.done for step in BUYING)
    if buys or any(at >= since for at, _ in moves(journey.trail)):
        return Found([view.id], f"Met an error page on the way to buy: {view.place}")
    return None
