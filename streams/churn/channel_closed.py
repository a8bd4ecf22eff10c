"""Customers who remove the app or switch its notifications off."""

from __future__ import annotations

from schemas.touchpoints.browsing import AppOpened
from schemas.touchpoints.loyalty import AppUninstalled
from schemas.touchpoints.messaging import PushDisabled
from streams.detectors import Found, Limits, Risk, after, closing, pattern
from streams.state import Journey


@pattern(
    "channel_closed",
    on=(AppUninstalled, PushDisabled),
    closes=after(days=90),
    closed_by=(closing(AppOpened),),
    limits={"push_strength": 0.5},
    severity=2,
    risk=Risk("relationship", weight=1.0, half_life_days=45),
)
def channel_closed(_journey: Journey, closed: AppUninstalled | PushDisabled, limits: Limits) -> Found:
    """The customer removed the app or switched its notifications off.

    **Definition**: Any uninstall has full strength. Notifications off have strength `push_strength`.
    **Default**: The first. 0.5 for notifications.
    **Source**: [ours]. Weight 1.0 and half-life 45 days are priors.
    **Guard**: Opening the app again removes the signal, for the customer may only have a new phone.

    >>> from streams.replay import signals_of
    >>> signals_of("0 app app_uninstalled")
    ['channel_closed']
    >>> signals_of("0 app app_opened")
    []
    """
    if isinstance(closed, AppUninstalled):
        return Found([closed.id], "Removed the app")
    return Found([closed.id], "Switched notifications off", strength=limits["push_strength"])
