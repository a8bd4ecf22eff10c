"""Experiences that were hard work."""

from __future__ import annotations

from streams.detectors import Found, Limits, Risk, follows
from streams.state import Journey, OpenSignal

EFFORT = (
    "channel_escalation",
    "error_click",
    "immediate_callback",
    "page_loop",
    "queue_abandoned",
    "rage_click",
    "repeat_contact",
    "sign_in_loop",
    "transferred",
    "unanswered_message",
    "validation_loop",
)
SAID_SO = "high_effort"


@follows(
    "effortful",
    frictions=(*EFFORT, SAID_SO),
    limits={"frictions": 2},
    severity=3,
    risk=Risk("service", weight=1.5, half_life_days=30),
)
def effortful(journey: Journey, friction: OpenSignal, limits: Limits) -> Found | None:
    """The customer had to work to get what they came for.

    **Definition**: they say so (an effort score), or meet `frictions` different effort frictions in one episode.
    **Default**: 2 frictions: strength 0.7, one more: 1.
    **Source**: CEB (The Effortless Experience, 2013): 96 % of customers with high effort turn disloyal, 9 % of those with low. Weight 1.5
    and half-life 30 days are priors [ours].
    **Guard**: several detectors that speak at the same moment of one touchpoint are one friction, not two.

    >>> from streams.replay import heard
    >>> heard("0 email survey_answered - metric=ces score=2 low=1 high=7")
    ['high_effort', 'effortful']
    >>> heard('''
    ... 0   web form_rejected /checkout form=address field=postcode
    ... 10s web form_rejected /checkout form=address field=postcode
    ... 20s web form_rejected /checkout form=address field=postcode
    ... ''')
    ['validation_loop']
    """
    if friction.detector == SAID_SO:
        return Found(friction.evidence, "Says that we made it hard")
    others = [
        one
        for one in journey.open
        if one.detector in EFFORT and one.detector != friction.detector and journey.episode.started <= one.opened < friction.opened
    ]
    met = 1 + len({one.detector for one in others})
    if met < limits["frictions"]:
        return None
    evidence = [id for one in [*others, friction] for id in one.evidence]
    return Found(evidence, f"Met {met} hurdles in one visit", strength=0.7 if met == limits["frictions"] else 1.0)
