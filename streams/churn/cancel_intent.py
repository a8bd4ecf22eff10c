"""Customers who look for a way to leave."""

from __future__ import annotations

from schemas.touchpoints.browsing import PageViewed, ScreenViewed
from schemas.touchpoints.membership import SubscriptionRenewed, SubscriptionUpgraded
from schemas.touchpoints.service import ContactOpened
from streams.detectors import Found, Limits, Risk, closing, pattern
from streams.state import Journey

WAYS_OUT = ("cancel", "export", "port_out")
ASKS_OUT = ("cancel", "contract_end", "port_out")


@pattern(
    "cancel_intent",
    on=(PageViewed, ScreenViewed, ContactOpened),
    closed_by=(closing(SubscriptionUpgraded), closing(SubscriptionRenewed, lambda renewal, _ref: not renewal.automatic)),
    limits={"looked_strength": 0.7},
    severity=4,
    risk=Risk("relationship", weight=2.0, half_life_days=21, asks=True),
)
def cancel_intent(_journey: Journey, touchpoint: PageViewed | ScreenViewed | ContactOpened, limits: Limits) -> Found | None:
    """The customer looked for a way to leave, or asked for one.

    **Definition**: The customer views a page or screen of the type cancel, export or port_out: strength `looked_strength`. Or they open a
    contact with the stated intent cancel, contract_end or port_out: full strength.
    **Default**: The first. 0.7 for a view.
    **Source**: [ours]. Weight 2.0 and half-life 21 days are priors.
    **Guard**: Senders state the page's type and the contact's intent. The detector guesses nothing from a path or from words. A larger plan
    removes the signal. So does a renewal that the customer chose. The signal asks for a decision about an offer at once.

    >>> from streams.replay import signals_of
    >>> signals_of("0 web page_viewed /account/end page=/account/end page_type=cancel")
    ['cancel_intent']
    >>> signals_of("0 web page_viewed /help/cancel page=/help/cancel page_type=help")
    []
    """
    if isinstance(touchpoint, PageViewed):
        type_seen = touchpoint.page_type
    elif isinstance(touchpoint, ContactOpened):
        return Found([touchpoint.id], "Asked to end it") if touchpoint.intent in ASKS_OUT else None
    else:
        type_seen = touchpoint.screen_type
    if type_seen not in WAYS_OUT:
        return None
    return Found([touchpoint.id], f"Looked at the way out ({type_seen})", 3, limits["looked_strength"])
