"""Experiences that cost the customer high effort."""

from __future__ import annotations

from streams.detectors import Found, Limits, Risk, follows
from streams.state import Journey, OpenSignal

EFFORT = (
    "app_crash",
    "channel_escalation",
    "error_click",
    "failed_request",
    "immediate_callback",
    "page_loop",
    "queue_abandoned",
    "rage_click",
    "reload_burst",
    "repeat_contact",
    "repeated_information",
    "sign_in_loop",
    "transferred",
    "unanswered_message",
    "validation_loop",
)
SAID_SO = "high_effort"


def _met(journey: Journey, friction: OpenSignal, apart_ms: float) -> list[OpenSignal]:
    """Return the other hurdles since the episode began that are still open, oldest first.

    Of several within `apart_ms` milliseconds only the first counts.
    """
    found: list[OpenSignal] = []
    for one in sorted(journey.open, key=lambda one: (one.opened, one.id)):
        stands = one.detector in EFFORT and one.detector != friction.detector and one.opened >= journey.episode.started
        if stands and one.opened + apart_ms <= friction.opened and (not found or found[-1].opened + apart_ms <= one.opened):
            found.append(one)
    return found


@follows(
    "effortful",
    frictions=(*EFFORT, SAID_SO),
    limits={"frictions": 2, "apart_s": 5},
    severity=3,
    risk=Risk("service", weight=1.5, half_life_days=30),
)
def effortful(journey: Journey, friction: OpenSignal, limits: Limits) -> Found | None:
    """The customer had to work to get what they came for.

    **Definition**: The customer says so (an effort score). Or they meet `frictions` different effort frictions in one episode (session).
    Among these is work done again: starting the app, loading a page, repeating information. So is a request that failed on the way to sign
    in or to pay.
    **Default**: 2 frictions, 5 s apart, have strength 0.7. One more gives strength 1.
    **Source**: CEB (The Effortless Experience, 2013): 96 % of customers with high effort become disloyal, 9 % of those with low effort.
    Weight 1.5 and half-life 30 days are priors [ours].
    **Guard**: Frictions that several detectors see within `apart_s` are one hurdle. For example, a request fails, and the click that sent
    it ends in an error. Machines that repeat a request do so faster than that.

    >>> from streams.replay import signals_of
    >>> signals_of("0 email survey_answered - metric=ces score=2 low=1 high=7")
    ['high_effort', 'effortful']
    >>> signals_of('''
    ... 0   web form_rejected /checkout form=address field=postcode
    ... 10s web form_rejected /checkout form=address field=postcode
    ... 20s web form_rejected /checkout form=address field=postcode
    ... ''')
    ['validation_loop']
    """
    if friction.detector == SAID_SO:
        return Found(friction.evidence, "Says that we made it hard")
    others = _met(journey, friction, limits["apart_s"] * 1000)
    met = 1 + len({one.detector for one in others})
    if met < limits["frictions"]:
        return None
    evidence = [id for one in [*others, friction] for id in one.evidence]
    return Found(evidence, f"Met {met} hurdles in one visit", strength=0.7 if met == limits["frictions"] else 1.0)
