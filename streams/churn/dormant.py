"""Customers who have gone quiet for good."""

from __future__ import annotations

from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.usage import AccountPaused
from streams.cadence.own_rhythm import longest_gap
from streams.detectors import DAY, Found, Later, Limits, Opening, Risk, absence, closing
from streams.detectors.shared.pauses import pause_end
from streams.state import Deadline, Journey
from streams.state.marks import last_uncited
from streams.state.presence import is_own_act


def _silence(journey: Journey, limits: Limits) -> int:
    """Milliseconds of silence that are too long for this customer."""
    own = longest_gap(journey.cadence, limits["chance"])
    return round((limits["days"] if own is None else max(own, limits["least_days"])) * DAY)


def _acted(journey: Journey, touchpoint: Touchpoint, limits: Limits) -> Opening | None:
    waiting = journey.deadlines.get("dormant:")
    if (waiting and not waiting.step) or journey.acts < limits["acts"] or not is_own_act(touchpoint):
        return None  # it waits already, and looks at the latest act when it comes due
    return Opening(touchpoint.at + _silence(journey, limits))


@absence(
    "dormant",
    opened_by={Touchpoint: _acted},
    closed_by=(closing(Touchpoint, lambda touchpoint, _ref: is_own_act(touchpoint)),),
    pinned=True,
    cites=False,
    reads={AccountPaused: last_uncited(1, "until")},
    limits={"days": 30, "chance": 0.01, "least_days": 14, "acts": 3, "pause_days": 365},
    severity=3,
    risk=Risk("silence", weight=2.5, half_life_days=90),
)
def dormant(journey: Journey, silence: Deadline, limits: Limits) -> Found | Later:
    """The customer was active and has not done anything with us for longer than a month, or than is usual for them.

    **Definition**: `acts` acts of their own before, then none for `days`. Where the rhythm of their purchases is known (3 gaps), the
    silence that only a share `chance` of their own gaps exceeds takes the place of `days`, but no less than `least_days`. Said again, at
    full strength, when the silence has become twice as long.
    **Default**: 30 days; own rhythm at 1 %, at least 14 days.
    **Source**: Retentioneering's states (dormant: more than 30 days). Weight 2.5 and half-life 90 days are priors [ours].
    **Guard**: what we send, a carrier does or a machine books is no act of theirs, nor is leaving. An agreed pause (one
    without an end: `pause_days`) is no silence until it is over or they are back.

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
