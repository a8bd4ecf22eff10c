"""Use that fell over all activities together."""

from __future__ import annotations

from schemas.touchpoints.usage import AccountPaused
from streams.detectors import Found, Limits, Over, Risk, weekly
from streams.detectors.shared import declines
from streams.state import Journey
from streams.state.marks import last_uncited
from streams.state.weeks import USE, Weeks

SPAN = 4, 8  # complete weeks: how many are recent, and how many before them


@weekly(
    "all_use_fell",
    reads={AccountPaused: last_uncited(1, "until")},
    limits={"share": 0.5, "deviations": 2},
    severity=3,
    risk=Risk("decline", weight=1.4, half_life_days=60),
)
def all_use_fell(journey: Journey, weeks: Weeks, limits: Limits) -> Found | Over | None:
    """The customer does half of what they did before, over browsing, buying and using together.

    **Definition**: In the latest 4 complete weeks the use is `share` or more below the 8 weeks before. It is also `deviations` standard
    deviations of their own weeks below. Asked every Monday.
    **Default**: 50 % over (about) 30 days. 2 deviations.
    **Source**: The limits are [ours]. Weight 1.4 and half-life 60 days are priors [ours].
    **Guard**: The customer is known for twelve weeks. No single activity has clearly risen, for that would be a move. The customer is still
    here: other signals report one who does nothing at all. There is no agreed pause. Weeks with more of the company's days off give no
    claim.

    >>> from streams.replay import signals_of
    >>> fewer = "".join(f"{day}d app feature_used - feature=f{day} \\n" for day in range(105) if day < 70 or day % 7 in (0, 2, 4))
    >>> signals_of(fewer, until="107d")
    ['all_use_fell']
    >>> signals_of("".join(f"{day}d app feature_used - feature=f{day} \\n" for day in range(105)), until="107d")
    []
    """
    if not declines.are_comparable(journey, weeks, *SPAN):
        return None
    return declines.judge_decline(journey, weeks, USE, SPAN, limits)
