"""Cancelled subscriptions."""

from __future__ import annotations

from schemas.touchpoints.membership import SubscriptionCancelled, SubscriptionRenewed, SubscriptionStarted, SubscriptionUpgraded
from streams.detectors import Found, Limits, Risk, after, closing, pattern
from streams.state import Journey


@pattern(
    "cancelled",
    on=SubscriptionCancelled,
    closes=after(days=90),
    closed_by=(closing(SubscriptionStarted), closing(SubscriptionRenewed), closing(SubscriptionUpgraded)),
    severity=5,
    risk=Risk("relationship", weight=3.5, half_life_days=90),
)
def cancelled(_journey: Journey, cancellation: SubscriptionCancelled, _limits: Limits) -> Found | None:
    """The customer has cancelled a subscription.

    **Definition**: Any cancellation on the customer's wish.
    **Default**: The first.
    **Source**: It is the act itself. Weight 3.5 and half-life 90 days are priors [ours].
    **Guard**: A subscription that we ended, for example after failed payments, is `involuntary_risk`. A new, renewed or larger plan removes
    the signal.

    >>> from streams.replay import signals_of
    >>> signals_of("0 web subscription_cancelled /account subscription=a1 reason=price")
    ['cancelled']
    >>> signals_of("0 web subscription_cancelled /account subscription=a1 by_customer=false")
    []
    """
    if not cancellation.by_customer:
        return None
    return Found([cancellation.id], f"Cancelled a subscription: {cancellation.reason or 'no reason given'}")
