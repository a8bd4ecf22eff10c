"""Quick backs."""

from __future__ import annotations

from typing import Any, NamedTuple

from schemas.touchpoints.browsing import PageLeft, PageViewed
from streams.detectors import Found, Limits, pattern
from streams.state import Journey
from streams.state.marks import last, last_uncited

LOOKED_THROUGH = ("gallery",)


@pattern(
    "quick_back",
    on=(PageViewed, PageLeft),
    reads={PageViewed: last(8, "page", "page_type", "by"), PageLeft: last_uncited(2, "page", "to", "stayed_ms", "by")},
    limits={"within_s": 5},
    severity=1,
)
def quick_back(journey: Journey, touchpoint: PageViewed | PageLeft, limits: Limits) -> Found | None:
    """The customer opened a page and went back at once: it was not what they had expected.

    **Definition**: The customer leaves one of our pages by going back to the page before it, within `within_s` of its view. Either the
    leaving or the three views report it. One move that both report counts once.
    **Default**: 5 s.
    **Source**: Microsoft Clarity names it and does not publish its threshold. 5 s is [ours].
    **Guard**: Customers look through a gallery like this by design. That holds for the page left and for the page returned to. Screens of
    an app are not judged, for going back is the way to move there.

    >>> from streams.replay import signals_of
    >>> signals_of('''
    ... 0  web page_viewed /tents page=/tents
    ... 9s web page_viewed /tents/dome page=/tents/dome
    ... 12s web page_left /tents/dome page=/tents/dome stayed_ms=3100 to=/tents by=back
    ... ''')
    ['quick_back']
    >>> signals_of('''
    ... 0  web page_viewed /tents page=/tents page_type=gallery
    ... 9s web page_viewed /tents/dome page=/tents/dome
    ... 12s web page_left /tents/dome page=/tents/dome stayed_ms=3100 to=/tents by=back
    ... ''')
    []
    """
    told = _told_by_views if type(touchpoint) is PageViewed else _told_by_leaving
    if (back := told(journey, touchpoint, limits["within_s"] * 1000)) is None:
        return None
    pages = (back.page, back.to)
    if any(view.page_type in LOOKED_THROUGH and view.page in pages for view in [*journey.rings.page_viewed, touchpoint]):
        return None
    return Found(back.evidence, f"Left {back.page} for {back.to} within {limits['within_s']:g} s", place=back.page)


class Back(NamedTuple):
    """The page left at once, the page returned to, and the ids of the touchpoints that show it."""

    page: str
    to: str
    evidence: list[str]


def _at_once(left: Any, within_ms: float) -> bool:
    """Return whether this leaving (a touchpoint or its entry) was a quick back. A stay that was not measured is none."""
    return left.by == "back" and bool(left.to) and 0 < left.stayed_ms <= within_ms


def _told_by_leaving(journey: Journey, left: Any, within_ms: float) -> Back | None:
    if not _at_once(left, within_ms):
        return None
    for view in journey.rings.page_viewed:
        if view.by == "back" and view.page == left.to and abs(view.at - left.at) <= within_ms:
            return None  # the view of the page returned to arrived first and has reported the move
    return Back(left.page, left.to, [left.id])


def _told_by_views(journey: Journey, view: Any, within_ms: float) -> Back | None:
    for before, fleeting, after in _threes(journey.rings.page_viewed, view):
        if not before.page == after.page != fleeting.page or after.by not in ("", "back") or after.at - fleeting.at > within_ms:
            continue
        lefts = (left for left in journey.rings.page_left if left.page == fleeting.page and fleeting.at <= left.at)
        if not any(_at_once(left, within_ms) for left in lefts):
            return Back(fleeting.page, after.page, [before.id, fleeting.id, after.id])
    return None


def _threes(marks: list[Any], view: Any) -> list[tuple[Any, Any, Any]]:
    """Return every three views in a row that include this one: the latest two before it, or for a late view those around it."""
    if len(marks) < 2:
        return []
    if view.at >= marks[-1].at:
        return [(marks[-2], marks[-1], view)]
    own = next(place for place, mark in enumerate(marks) if mark.at > view.at)
    seen = [*marks[:own], view, *marks[own:]]
    return [(seen[n], seen[n + 1], seen[n + 2]) for n in range(max(0, own - 2), min(own, len(seen) - 3) + 1)]
