"""Customers who came on several days of a week, and then for a week not at all."""

from __future__ import annotations

from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.usage import AccountPaused
from streams.cadence.own_rhythm import longest_gap
from streams.detectors import DAY, Found, Later, Limits, Opening, Risk, absence, closing
from streams.detectors.shared.pauses import pause_end
from streams.state import Deadline, Journey
from streams.state.marks import last_uncited
from streams.state.presence import is_own_act
from streams.state.weeks import busy_days


def _silence(journey: Journey, limits: Limits) -> int:
    """Milliseconds of silence that are longer than usual for this customer."""
    own = longest_gap(journey.cadence, limits["chance"])
    return round((limits["days"] if own is None else max(own, limits["days"])) * DAY)


def _acted(journey: Journey, touchpoint: Touchpoint, limits: Limits) -> Opening | None:
    if "quiet_week:" in journey.deadlines or journey.acts < limits["acts"]:
        return None  # it waits already, and looks at the latest act when it comes due
    return Opening(touchpoint.at + _silence(journey, limits)) if is_own_act(touchpoint) else None


@absence(
    "quiet_week",
    opened_by={Touchpoint: _acted},
    closed_by=(closing(Touchpoint, lambda touchpoint, _ref: is_own_act(touchpoint)),),
    pinned=True,
    cites=False,
    reads={AccountPaused: last_uncited(1, "until")},
    limits={"days": 7, "chance": 0.15, "acts": 10, "busy": 3, "pause_days": 365},
    severity=1,
    risk=Risk("silence", weight=0.3, half_life_days=14),
)
def quiet_week(journey: Journey, silence: Deadline, limits: Limits) -> Found | Later | None:
    """A customer who was here on several days of a week has not been for a week.

    **Definition**: `acts` acts of their own before, and use on `busy` of the seven days up to the latest; then none for `days`. Where the
    rhythm of their purchases is known (3 gaps), none for longer than all but a share `chance` of their own gaps instead, whatever the days.
    **Default**: 7 days; 10 acts; 3 of 7 days; own rhythm at 15 %.
    **Source**: Retentioneering's states (a week without a visit). Weight 0.3 and half-life 14 days are priors [ours].
    **Guard**: whoever came once a week is not quiet after one, hence the busy days. What we send is no act of theirs; an agreed pause (one
    without an end: `pause_days`) is no silence until it is over or they are back.

    >>> from streams.replay import signals_of
    >>> visits = "".join(f"{6 * visit}h web page_viewed / page=/ \\n" for visit in range(12))
    >>> signals_of(visits, until="10d")
    ['quiet_week']
    >>> signals_of(visits + "9d app app_opened", until="10d")
    []
    """
    if (due := max(journey.acted_at, pause_end(journey, limits["pause_days"] * DAY)) + _silence(journey, limits)) > silence.due:
        return Later(due)
    if longest_gap(journey.cadence, limits["chance"]) is None and busy_days(journey) < limits["busy"]:
        return None
    return Found([journey.acted_id], f"Not seen for {(silence.due - journey.acted_at) / DAY:.0f} days")
