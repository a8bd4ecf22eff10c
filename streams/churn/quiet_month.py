"""Customers who have begun to be quiet."""

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
    """Return the milliseconds of silence that are longer than usual for this customer."""
    own = longest_gap(journey.cadence, limits["chance"])
    return round((limits["days"] if own is None else max(own, limits["days"])) * DAY)


def _acted(journey: Journey, touchpoint: Touchpoint, limits: Limits) -> Opening | None:
    if "quiet_month:" in journey.deadlines or journey.acts < limits["acts"]:
        return None  # a deadline is open already; the latest act is looked at when it is due
    return Opening(touchpoint.at + _silence(journey, limits)) if shows_presence(touchpoint) else None


@absence(
    "quiet_month",
    opened_by={Touchpoint: _acted},
    closed_by=(closing(Touchpoint, lambda touchpoint, _ref: shows_presence(touchpoint)),),
    pinned=True,
    cites=False,
    reads={AccountPaused: last_uncited(1, "until")},
    limits={"days": 8, "chance": 0.1, "acts": 10, "pause_days": 365},
    severity=1,
    risk=Risk("silence", weight=0.6, half_life_days=30),
)
def quiet_month(journey: Journey, silence: Deadline, limits: Limits) -> Found | Later:
    """A customer who came often has not come for more than a week: not gone, but quieter.

    **Definition**: The customer acted `acts` times, and then not for `days`. If the rhythm of their purchases is known (3 gaps), the
    silence must also exceed their own limit. All but a share `chance` of their own gaps are shorter than that limit.
    **Default**: 8 days. 10 acts. Own rhythm at 10 %.
    **Source**: Retentioneering's states (8 to 30 days without a visit). Weight 0.6 and half-life 30 days are priors [ours].
    **Guard**: Ten acts make a habit, fewer are a visit. What we send is no act of the customer. An agreed pause is no silence until it is
    over or they are back. A pause without an end lasts `pause_days`.

    >>> from streams.replay import signals_of
    >>> visits = "".join(f"{hours}h web page_viewed / page=/ \\n" for hours in range(10))
    >>> signals_of(visits, until="9d")
    ['quiet_month']
    >>> signals_of(visits + "8d app app_opened", until="9d")
    []
    """
    if (due := max(journey.acted_at, pause_end(journey, limits["pause_days"] * DAY)) + _silence(journey, limits)) > silence.due:
        return Later(due)
    days = (silence.due - journey.acted_at) / DAY
    return Found([journey.acted_id], f"Quiet for {days:.0f} days")
