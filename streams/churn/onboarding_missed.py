"""New customers who may leave before they have begun."""

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

    **Definition**: follows the friction `onboarding_stalled`: at `first_strength` when it opens, at `second_strength` at its second
    warning, in full at its third.
    **Default**: as there: no milestone by day 7, 14 and 30; 0.4 and 0.7.
    **Source**: [ours]; customer success teams look at new accounts after one week, two and a month. Weight 1.4 and half-life 45 days are
    priors.
    **Guard**: as there: a paused account starts nothing, and neither does a deleted one (`left_a_relationship`). The milestone that is
    reached at last takes it away; one whose record comes late shows that it was never true.

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
