"""Use that fell in the customer's main activity."""

from __future__ import annotations

from schemas.touchpoints.usage import AccountPaused
from streams.detectors import Found, Limits, Over, Risk, weekly
from streams.detectors.shared import declines
from streams.state import Journey
from streams.state.marks import last_uncited
from streams.state.weeks import USE, Weeks

SPAN = 2, 8  # complete weeks: how many are recent, and how many before them


@weekly(
    "core_use_fell",
    reads={AccountPaused: last_uncited(1, "until")},
    limits={"share": 0.4, "deviations": 2},
    severity=2,
    risk=Risk("decline", weight=1.0, half_life_days=45),
)
def core_use_fell(journey: Journey, weeks: Weeks, limits: Limits) -> Found | Over | None:
    """The customer does clearly less of what they do most with us: browsing, buying or using.

    **Definition**: The core activity is the one of the three that they did most in 8 complete weeks. In the 2 weeks since, it fell by
    `share` or more. It also fell by `deviations` standard deviations of their own weeks. Asked every Monday.
    **Default**: 40 % over 14 days against 8 weeks. 2 deviations.
    **Source**: Customer success vendors watch core use. The limits are [ours]. Weight 1.0 and half-life 45 days are priors [ours].
    **Guard**: The customer is known for ten weeks. Chance is measured by the variation of their own weeks, never below Poisson's. A
    customer who did nothing at all is silent (`dormant`), not in decline. A move from one of the three to another is no decline. An agreed
    pause, or a fortnight with more of the company's days off, gives no claim.

    >>> from streams.replay import signals_of
    >>> visits = "".join(f"{day}d web page_viewed / page=/ \\n" for day in range(84) if day < 70 or day % 7 in (0, 3))
    >>> signals_of(visits, until="86d")
    ['core_use_fell']
    >>> signals_of("".join(f"{day}d web page_viewed / page=/ \\n" for day in range(84)), until="86d")
    []
    """
    if not declines.are_comparable(journey, weeks, *SPAN):
        return None
    core = declines.busiest(weeks, USE, *SPAN)
    return declines.judge_decline(journey, weeks, (core,), SPAN, limits)
