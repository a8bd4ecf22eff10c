"""Customers who take a smaller plan or refuse a larger one."""

from __future__ import annotations

from schemas.touchpoints.membership import SubscriptionDowngraded, SubscriptionUpgraded
from schemas.touchpoints.usage import ExpansionRefused
from streams.detectors import Found, Limits, Risk, after, closing, pattern
from streams.state import Journey


@pattern(
    "downgraded",
    on=(SubscriptionDowngraded, ExpansionRefused),
    closes=after(days=60),
    closed_by=(closing(SubscriptionUpgraded),),
    limits={"refused_strength": 0.4},
    severity=3,
    risk=Risk("relationship", weight=1.4, half_life_days=60),
)
def downgraded(journey: Journey, less: SubscriptionDowngraded | ExpansionRefused, limits: Limits) -> Found | None:
    """The customer has taken a smaller plan, or refused a larger one.

    **Definition**: Any downgrade has full strength. A refused expansion has strength `refused_strength`.
    **Default**: The first of either. 0.4 for a refusal.
    **Source**: The limits are [ours]. Weight 1.4 and half-life 60 days are priors [ours].
    **Guard**: A plan that costs no less than what they paid (both known, in one currency) is a change, not a loss. A larger plan
    removes the signal.

    >>> from streams.replay import signals_of
    >>> signals_of("0 web subscription_downgraded /account subscription=a1 plan=solo")
    ['downgraded']
    >>> signals_of('''
    ... 0   web subscription_started    - subscription=a1 plan=monthly value=1999
    ... 90d web subscription_downgraded - subscription=a1 plan=solo    value=1999
    ... ''')
    []
    """
    if isinstance(less, ExpansionRefused):
        return Found([less.id], f"Refused a larger plan: {less.reason or 'no reason given'}", strength=limits["refused_strength"])
    comparable = not less.currency or less.currency.upper() == journey.value.currency
    if less.value is not None and comparable and 0 < journey.plan_price <= less.value:
        return None
    return Found([less.id], f"Took a smaller plan: {less.plan or 'not named'}")
