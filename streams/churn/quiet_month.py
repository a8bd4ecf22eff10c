"""Customers who have begun to be quiet."""

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
    """Milliseconds of silence that are longer than usual for this customer."""
    own = longest_gap(journey.cadence, limits["chance"])
    return round((limits["days"] if own is None else max(own, limits["days"])) * DAY)


def _acted(journey: Journey, touchpoint: Touchpoint, limits: Limits) -> Opening | None:
    if "quiet_month:" in journey.deadlines or journey.acts < limits["acts"]:
        return None  # it waits already, and looks at the latest act when it comes due
    return Opening(touchpoint.at + _silence(journey, limits)) if is_own_act(touchpoint) else None


@absence(
    "quiet_month",
    opened_by={Touchpoint: _acted},
    closed_by=(closing(Touchpoint, lambda touchpoint, _ref: is_own_act(touchpoint)),),
    pinned=True,
    cites=False,
    reads={AccountPaused: last_uncited(1, "until")},
    limits={"days": 8, "chance": 0.1, "acts": 10, "pause_days": 365},
    severity=1,
    risk=Risk("silence", weight=0.6, half_life_days=30),
)
def quiet_month(journey: Journey, silence: Deadline, limits: Limits) -> Found | Later:
    """A customer who was often here has not been for more than a week: not gone, but quieter.

    **Definition**: `acts` acts of their own before, then none for `days`; where the rhythm of their purchases is known (3 gaps), none for
    longer than all but a share `chance` of their own gaps.
    **Default**: 8 days; 10 acts; own rhythm at 10 %.
    **Source**: Retentioneering's states (8 to 30 days without a visit). Weight 0.6 and half-life 30 days are priors [ours].
    **Guard**: ten acts make a habit, fewer are a visit. What we send is no act of theirs; an agreed pause
    (one without an end: `pause_days`) is no silence until it is over or they are back.

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
