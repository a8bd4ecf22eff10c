"""New customers who may leave before they have started."""

from __future__ import annotations

from schemas.touchpoints.membership import AccountDeleted
from schemas.touchpoints.usage import MilestoneReached
from streams.detectors import Found, Limits, Risk, closing, follows
from streams.state import Journey, OpenSignal


@follows(
    "onboarding_missed",
    frictions=("onboarding_stalled",),
    closed_by=(closing(MilestoneReached), closing(AccountDeleted)),
    limits={"first_strength": 0.4, "second_strength": 0.7},
    severity=3,
    risk=Risk("relationship", weight=1.4, half_life_days=45),
)
def onboarding_missed(_journey: Journey, stalled: OpenSignal, limits: Limits) -> Found:
    """A new customer has missed the first steps that make the product useful, and knows no reason to stay.

    **Definition**: The signal follows the friction `onboarding_stalled`. It has `first_strength` when the friction opens, and
    `second_strength` at its second warning. It has full strength at its third.
    **Default**: As there: no milestone by day 7, 14 and 30. Strengths 0.4 and 0.7.
    **Source**: [ours]. Customer success teams look at new accounts after one week, two weeks and a month. Weight 1.4 and half-life 45 days
    are priors.
    **Guard**: As there: a paused account gives no claim, nor does a deleted one (`left_a_relationship`). A milestone reached at last
    removes the signal. A milestone whose record comes late shows that the signal was never true.

    >>> from streams.replay import signals_of
    >>> signals_of("0 web account_created - account=q1", until="8d")
    ['onboarding_stalled', 'onboarding_missed']
    >>> signals_of('''
    ... 0  web account_created   - account=q1
    ... 6d app milestone_reached - milestone=first_project
    ... ''', until="60d")
    []
    """
    strength = {2: limits["first_strength"], 3: limits["second_strength"]}.get(stalled.severity, 1.0)
    return Found(stalled.evidence, "Has not got started", stalled.severity, strength)
