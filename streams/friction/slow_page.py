"""Slow pages."""

from __future__ import annotations

from typing import Any

from schemas.touchpoints.browsing import PageViewed, ScreenViewed
from schemas.touchpoints.faults import PageSlowed
from streams.detectors import MINUTE, Found, Limits, pattern
from streams.detectors.shared.evidence import before
from streams.state import Journey
from streams.state.marks import last, last_uncited


@pattern(
    "slow_page",
    on=PageSlowed,
    reads={
        PageSlowed: last(6, "page", "lcp_ms", "inp_ms", "background"),
        PageViewed: last_uncited(8, "page"),
        ScreenViewed: last_uncited(8, "screen"),
    },
    limits={"lcp_ms": 4000, "inp_ms": 500, "share": 0.25, "within_minutes": 30},
    severity=2,
)
def slow_page(journey: Journey, slowed: PageSlowed, limits: Limits) -> Found | None:
    """The page was too slow to use.

    **Definition**: A view is slow if its largest paint is later than `lcp_ms`, or a reaction to input later than `inp_ms`. More than a
    `share` of the customer's views of the page within `within_minutes` are slow. The journey remembers the latest 8 views of all pages, or
    screens.
    **Default**: LCP above 4 s or INP above 500 ms, in more than a quarter of the views.
    **Source**: Web Vitals calls this "poor" and judges a page where three quarters of its views are. The minutes are [ours].
    **Guard**: One slow view of many gives no claim. A page that loads in a hidden tab keeps nobody waiting.

    >>> from streams.replay import signals_of
    >>> signals_of('''
    ... 0  web page_viewed /tents page=/tents
    ... 6s web page_slowed /tents page=/tents lcp_ms=5200
    ... ''')
    ['slow_page']
    >>> signals_of('''
    ... 0     web page_viewed /tents page=/tents
    ... 1m    web page_viewed /tents page=/tents
    ... 2m    web page_viewed /tents page=/tents
    ... 3m    web page_viewed /tents page=/tents
    ... 3.1m  web page_slowed /tents page=/tents lcp_ms=5200
    ... ''')
    []
    """
    if not _poor(slowed, limits):
        return None
    within_ms = limits["within_minutes"] * MINUTE
    views = [view for view in before(journey.rings.page_viewed, slowed, within_ms) if view.page == slowed.page]
    views += [view for view in before(journey.rings.screen_viewed, slowed, within_ms) if view.screen == slowed.page]
    poor = [mark for mark in before(journey.rings.page_slowed, slowed, within_ms) if mark.page == slowed.page and _poor(mark, limits)]
    slow = [*(mark.id for mark in poor), slowed.id]
    if len(slow) <= limits["share"] * len(views):
        return None
    worst = f"LCP {slowed.lcp_ms} ms" if (slowed.lcp_ms or 0) > limits["lcp_ms"] else f"INP {slowed.inp_ms} ms"
    words = f"{slowed.page} was slow in {len(slow)} of {max(len(views), len(slow))} views, now {worst}"
    return Found(slow, words, place=slowed.place or slowed.page)


def _poor(view: Any, limits: Limits) -> bool:
    """Return whether this view (a touchpoint or its entry) was too slow while the customer looked on."""
    return not view.background and ((view.lcp_ms or 0) > limits["lcp_ms"] or (view.inp_ms or 0) > limits["inp_ms"])
