"""Customers who do less of everything."""

from __future__ import annotations

from schemas.touchpoints.usage import AccountPaused
from streams.detectors import Found, Limits, Over, Risk, weekly
from streams.detectors.shared import declines
from streams.state import Journey
from streams.state.marks import last_uncited
from streams.state.weeks import USE, Weeks

SPAN = 4, 8  # complete weeks: the recent ones, and those before


@weekly(
    "all_use_fell",
    reads={AccountPaused: last_uncited(1, "until")},
    limits={"share": 0.5, "deviations": 2},
    severity=3,
    risk=Risk("decline", weight=1.4, half_life_days=60),
)
def all_use_fell(journey: Journey, weeks: Weeks, limits: Limits) -> Found | Over | None:
    """The customer does half of what they did, of all they come for: browsing, buying and using together.

    **Definition**: in the latest 4 complete weeks `share` or more below the 8 weeks before, and by `deviations` standard deviations of
    their own weeks. Asked every Monday.
    **Default**: 50 % over (about) 30 days; 2 deviations.
    **Source**: the design's table. Weight 1.4 and half-life 60 days are priors [ours].
    **Guard**: known for twelve weeks; no single activity has clearly risen, for that is a move; still here (who did nothing at all is
    silent, which other signals say); no agreed rest; not in weeks with more of the company's days off.

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
