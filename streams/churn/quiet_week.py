"""Customers who came on several days of a week, and then not at all for a week."""

from __future__ import annotations

from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.usage import AccountPaused
from streams.cadence.own_rhythm import longest_gap
from streams.detectors import DAY, Found, Later, Limits, Risk, absence, closing
from streams.detectors.shared.silence import SilenceAfter, too_long_at
from streams.state import Deadline, Journey
from streams.state.marks import last_uncited
from streams.state.presence import shows_presence
from streams.state.weeks import busy_days


@absence(
    "quiet_week",
    opened_by={Touchpoint: SilenceAfter("quiet_week")},
    closed_by=(closing(Touchpoint, lambda touchpoint, _ref: shows_presence(touchpoint)),),
    pinned=True,
    cites=False,
    reads={AccountPaused: last_uncited(1, "until")},
    limits={"days": 7, "chance": 0.15, "acts": 10, "busy": 3, "pause_days": 365},
    severity=1,
    risk=Risk("silence", weight=0.3, half_life_days=14),
)
def quiet_week(journey: Journey, silence: Deadline, limits: Limits) -> Found | Later | None:
    """A customer who came on several days of a week has not come for a week.

    **Definition**: The customer acted `acts` times, and on `busy` of the seven days up to the latest act. Then they did not act for `days`.
    If the rhythm of their purchases is known (3 gaps), the busy days do not matter. The silence must then also exceed their own limit. All
    but a share `chance` of their own gaps are shorter than that limit.
    **Default**: 7 days. 10 acts. 3 of 7 days. Own rhythm at 15 %.
    **Source**: Retentioneering's states (a week without a visit). Weight 0.3 and half-life 14 days are priors [ours].
    **Guard**: A customer who came once a week is not quiet after one week, hence the busy days. What we send is no act of the customer. An
    agreed pause is no silence until it is over or they are back. A pause without an end lasts `pause_days`.

    >>> from streams.replay import signals_of
    >>> visits = "".join(f"{6 * visit}h web page_viewed / page=/ \\n" for visit in range(12))
    >>> signals_of(visits, until="10d")
    ['quiet_week']
    >>> signals_of(visits + "9d app app_opened", until="10d")
    []
    """
    if (due := too_long_at(journey, limits)) > silence.due:
        return Later(due)
    if longest_gap(journey.cadence, limits["chance"]) is None and busy_days(journey) < limits["busy"]:
        return None
    return Found([journey.acted_id], f"Not seen for {(silence.due - journey.acted_at) / DAY:.0f} days")
