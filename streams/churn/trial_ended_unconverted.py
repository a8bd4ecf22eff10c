"""Trials that end without a plan."""

from __future__ import annotations

from schemas.touchpoints.membership import (
    AccountDeleted,
    SubscriptionRenewed,
    SubscriptionStarted,
    SubscriptionUpgraded,
    TrialEnded,
    TrialStarted,
)
from streams.detectors import DAY, Found, Limits, Opening, Risk, absence, closing
from streams.state import Deadline, Journey
from streams.state.marks import last_uncited


def _started(_journey: Journey, trial: TrialStarted, limits: Limits) -> Opening:
    return Opening(trial.ends + round(limits["days"] * DAY), trial.trial)


def _ended(journey: Journey, ended: TrialEnded, limits: Limits) -> Opening | None:
    begun = [trial.at for trial in journey.rings.trial_started if trial.trial == ended.trial]
    since = begun[-1] if begun else ended.at - limits["trial_days"] * DAY
    if ended.converted or any(plan.at >= since for plan in journey.rings.subscription_started):
        return None
    return Opening(ended.at + round(limits["days"] * DAY), ended.trial)


@absence(
    "trial_ended_unconverted",
    opened_by={TrialStarted: _started, TrialEnded: _ended},
    closed_by=(
        closing(SubscriptionStarted),
        closing(SubscriptionUpgraded),
        closing(SubscriptionRenewed),
        closing(TrialEnded, lambda ended, ref: ended.converted and ref in ("", ended.trial)),
        closing(AccountDeleted),
    ),
    reads={TrialStarted: last_uncited(2, "trial"), SubscriptionStarted: last_uncited(1)},
    limits={"days": 1, "trial_days": 90},
    severity=3,
    risk=Risk("relationship", weight=1.5, half_life_days=21),
)
def trial_ended_unconverted(_journey: Journey, trial: Deadline, _limits: Limits) -> Found | None:
    """A trial is over, and the customer has not taken a plan.

    **Definition**: No subscription was started, renewed or enlarged until `days` after the trial's end. The start or the end of the trial
    reports when that is.
    **Default**: 1 day.
    **Source**: A trial converts at its end or mostly not at all. The limits are [ours]. Weight 1.5 and half-life 21 days are priors [ours].
    **Guard**: A plan taken while the trial ran counts. If the start of the trial was not reported, it is taken to be `trial_days` before
    the end. A trial reported as converted counts too. A prolonged trial ends later. If the customer deletes the account,
    `left_a_relationship` reports it.

    >>> from streams.replay import signals_of
    >>> signals_of("0 web trial_started - trial=y1 ends=1768809600000  # in two weeks", until="15d")
    ['trial_ended_unconverted']
    >>> signals_of('''
    ... 0   web trial_started        - trial=y1 ends=1768809600000
    ... 14d web trial_ended          - trial=y1
    ... 14d web subscription_started - subscription=a1 plan=team
    ... ''', until="20d")
    []
    """
    return Found([trial.evidence], "The trial is over, no plan was taken")
