"""Customers who are dormant."""

from __future__ import annotations

from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.usage import AccountPaused
from streams.detectors import DAY, Found, Later, Limits, Risk, absence, closing
from streams.detectors.shared.silence import SilenceAfter, too_long_at
from streams.state import Deadline, Journey
from streams.state.marks import last_uncited
from streams.state.presence import shows_presence


@absence(
    "dormant",
    opened_by={Touchpoint: SilenceAfter("dormant", floor="least_days")},
    closed_by=(closing(Touchpoint, lambda touchpoint, _ref: shows_presence(touchpoint)),),
    pinned=True,
    cites=False,
    reads={AccountPaused: last_uncited(1, "until")},
    limits={"days": 30, "chance": 0.01, "least_days": 14, "acts": 3, "pause_days": 365},
    severity=3,
    risk=Risk("silence", weight=2.5, half_life_days=90),
)
def dormant(journey: Journey, silence: Deadline, limits: Limits) -> Found | Later:
    """The customer was active and has done nothing for longer than a month, or than is usual for them.

    **Definition**: The customer acted `acts` times, and then not for `days`. If the rhythm of their purchases is known (3 gaps), their own
    limit replaces `days`. It is the silence that only a share `chance` of their own gaps exceeds, and at least `least_days`. The signal is
    raised again, at full strength, when the silence has become twice as long.
    **Default**: 30 days. Own rhythm at 1 %, at least 14 days. Strength 0.7, then 1.
    **Source**: Retentioneering's states (dormant: more than 30 days). Weight 2.5 and half-life 90 days are priors [ours].
    **Guard**: What we send, a carrier does or a machine books is no act of the customer, nor is leaving. An agreed pause is no silence
    until it is over or they are back. A pause without an end lasts `pause_days`.

    >>> from streams.replay import signals_of
    >>> signals_of('''
    ... 0  web page_viewed / page=/
    ... 1m web product_viewed / product=p1
    ... 2m web product_viewed / product=p2
    ... 9d email message_sent - message=m1
    ... ''', until="31d")
    ['dormant']
    >>> signals_of("0 web page_viewed / page=/", until="90d")
    []
    """
    due = too_long_at(journey, limits, "least_days")
    if due > silence.due:
        return Later(due)
    length = silence.due - journey.acted_at
    words = f"Nothing heard for {length / DAY:.0f} days"
    if silence.step:
        return Found([journey.acted_id], words, 4)
    return Found([journey.acted_id], words, strength=0.7, again_at=silence.due + length)
