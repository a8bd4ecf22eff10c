"""Customers who are dormant."""

from __future__ import annotations

from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.usage import AccountPaused
from streams.cadence.own_rhythm import longest_gap
from streams.detectors import DAY, Found, Later, Limits, Opening, Risk, absence, closing
from streams.detectors.shared.pauses import pause_end
from streams.state import Deadline, Journey
from streams.state.marks import last_uncited
from streams.state.presence import shows_presence


def _silence(journey: Journey, limits: Limits) -> int:
    """Return the milliseconds of silence that are too long for this customer."""
    own = longest_gap(journey.cadence, limits["chance"])
    return round((limits["days"] if own is None else max(own, limits["least_days"])) * DAY)


def _acted(journey: Journey, touchpoint: Touchpoint, limits: Limits) -> Opening | None:
    waiting = journey.deadlines.get("dormant:")
    if (waiting and not waiting.step) or journey.acts < limits["acts"] or not shows_presence(touchpoint):
        return None  # a deadline is open already; the latest act is looked at when it is due
    return Opening(touchpoint.at + _silence(journey, limits))


@absence(
    "dormant",
    opened_by={Touchpoint: _acted},
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
    due = max(journey.acted_at, pause_end(journey, limits["pause_days"] * DAY)) + _silence(journey, limits)
    if due > silence.due:
        return Later(due)
    length = silence.due - journey.acted_at
    words = f"Nothing heard for {length / DAY:.0f} days"
    if silence.step:
        return Found([journey.acted_id], words, 4)
    return Found([journey.acted_id], words, strength=0.7, again_at=silence.due + length)
