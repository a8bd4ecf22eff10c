"""Customers who no longer want our messages."""

from __future__ import annotations

from schemas.touchpoints.consent import ConsentChanged
from schemas.touchpoints.messaging import MarkedAsSpam, Unsubscribed
from streams.detectors import Found, Limits, Risk, after, closing, pattern
from streams.state import Journey


@pattern(
    "unsubscribed",
    on=(Unsubscribed, MarkedAsSpam),
    closes=after(days=90),
    closed_by=(closing(ConsentChanged, lambda consent, _ref: consent.purpose == "marketing" and consent.state == "granted"),),
    limits={"list_strength": 0.6},
    severity=2,
    risk=Risk("relationship", weight=0.8, half_life_days=60),
)
def unsubscribed(_journey: Journey, exit: Unsubscribed | MarkedAsSpam, limits: Limits) -> Found:
    """The customer left a list of ours or marked a message as spam.

    **Definition**: Any unsubscription or spam mark. Leaving one list of several has strength `list_strength`. Leaving all of them, or a
    spam mark, has full strength.
    **Default**: The first. 0.6 for one list.
    **Source**: [ours]. Weight 0.8 and half-life 60 days are priors.
    **Guard**: One list is not all of them. A new consent to marketing removes the signal.

    >>> from streams.replay import signals_of
    >>> signals_of("0 email unsubscribed - campaign=spring")
    ['unsubscribed']
    >>> signals_of("0 email message_opened - message=m1")
    []
    """
    if isinstance(exit, Unsubscribed):
        strength = limits["list_strength"] if exit.list else 1.0
        return Found([exit.id], f"Left {exit.list or 'all lists'}", strength=strength)
    return Found([exit.id], "Marked a message as spam", 3)
