"""Quick backs."""

from __future__ import annotations

from typing import Any

from schemas.touchpoints.browsing import PageLeft, PageViewed
from streams.detectors import Found, Limits, pattern
from streams.marks import last, moments
from streams.state import Journey

LOOKED_THROUGH = ("gallery",)


@pattern(
    "quick_back",
    on=(PageViewed, PageLeft),
    reads={PageViewed: last(8, "page", "page_type", "by"), PageLeft: moments(2, "page", "to", "stayed_ms", "by")},
    limits={"within_s": 5},
    severity=1,
)
def quick_back(journey: Journey, touchpoint: PageViewed | PageLeft, limits: Limits) -> Found | None:
    """The customer went to a page and at once back to the one before: it was not what they had expected.

    **Definition**: a page of ours left by going back to the page before it, within `within_s` of its view; told by the leaving, or by
    the three views. Both of one move count once.
    **Default**: 5 s.
    **Source**: Microsoft Clarity names it and keeps its threshold to itself; 5 s is [ours].
    **Guard**: the pages of a gallery are looked through like this by design, be it the page left or the one returned to.

    >>> from streams.replay import heard
    >>> heard('''
    ... 0  web page_viewed /tents page=/tents
    ... 9s web page_viewed /tents/dome page=/tents/dome
    ... 12s web page_left /tents/dome page=/tents/dome stayed_ms=3100 to=/tents by=back
    ... ''')
    ['quick_back']
    >>> heard('''
    ... 0  web page_viewed /tents page=/tents page_type=gallery
    ... 9s web page_viewed /tents/dome page=/tents/dome
    ... 12s web page_left /tents/dome page=/tents/dome stayed_ms=3100 to=/tents by=back
    ... ''')
    []
    """
    told = _told_by_leaving if isinstance(touchpoint, PageLeft) else _told_by_views
    page, back_to, evidence = told(journey, touchpoint, limits["within_s"] * 1000)
    if any(view.page_type in LOOKED_THROUGH and view.page in (page, back_to) for view in [*journey.rings.page_viewed, touchpoint]):
        return None
    return Found(evidence, f"Left {page} for {back_to} within {limits['within_s']:g} s", place=page)


Told = tuple[str, str, list[str]]  # the page left, the one returned to, ids of what shows it: none where it was no quick back
NOT_TOLD: Told = ("", "", [])


def _at_once(left: Any, within_ms: float) -> bool:
    """Whether this leaving (a touchpoint or its mark) was a quick back; a stay that was not measured is none."""
    return left.by == "back" and bool(left.to) and 0 < left.stayed_ms <= within_ms


def _told_by_leaving(journey: Journey, left: Any, within_ms: float) -> Told:
    known = any(
        view.by == "back" and view.page == left.to and abs(view.at - left.at) <= within_ms for view in journey.rings.page_viewed
    )  # the view of the page returned to was faster
    return NOT_TOLD if known or not _at_once(left, within_ms) else (left.page, left.to, [left.id])


def _told_by_views(journey: Journey, view: Any, within_ms: float) -> Told:
    seen = sorted([*journey.rings.page_viewed, view], key=lambda one: (one.at, one.id))
    for start in range(len(seen) - 2):
        before, fleeting, after = three = seen[start : start + 3]
        if view not in three or after.by not in ("", "back") or not before.page == after.page != fleeting.page:
            continue
        if after.at - fleeting.at > within_ms:
            continue
        lefts = (left for left in journey.rings.page_left if left.page == fleeting.page and fleeting.at <= left.at)
        if not any(_at_once(left, within_ms) for left in lefts):
            return fleeting.page, after.page, [one.id for one in three]
    return NOT_TOLD
