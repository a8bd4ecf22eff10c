"""Customers who have begun to be quiet."""

from __future__ import annotations

from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.usage import AccountPaused
from streams.detectors import DAY, Found, Later, Limits, Risk, absence, closing
from streams.detectors.shared.silence import SilenceAfter, too_long_at
from streams.state import Deadline, Journey
from streams.state.marks import last_uncited
from streams.state.presence import shows_presence


@absence(
    "quiet_month",
    opened_by={Touchpoint: SilenceAfter("quiet_month")},
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
    if (due := too_long_at(journey, limits)) > silence.due:
        return Later(due)
    days = (silence.due - journey.acted_at) / DAY
    return Found([journey.acted_id], f"Quiet for {days:.0f} days")
