"""Page loops."""

from __future__ import annotations

from schemas.touchpoints.browsing import PageViewed
from streams.detectors import Found, Limits, pattern
from streams.detectors.shared.evidence import burst
from streams.state import Journey
from streams.state.marks import last

SEEN_AGAIN_BY_DESIGN = ("feed", "gallery", "status")


@pattern("page_loop", on=PageViewed, reads={PageViewed: last(8, "page", "by")}, limits={"views": 3, "within_s": 15}, severity=2)
def page_loop(journey: Journey, view: PageViewed, limits: Limits) -> Found | None:
    """The customer came to the same page again and again within seconds: something sends them round in a circle.

    **Definition**: The customer views one page `views` times within `within_s` seconds.
    **Default**: 3 in 15 s.
    **Source**: Conviva.
    **Guard**: A reload does not count, for `reload_burst` watches reloads. Customers return to feeds, galleries and status pages by design.

    >>> from streams.replay import signals_of
    >>> signals_of('''
    ... 0   web page_viewed /login page=/login
    ... 4s  web page_viewed /help  page=/help
    ... 6s  web page_viewed /login page=/login by=link
    ... 9s  web page_viewed /login page=/login by=back
    ... ''')
    ['page_loop']
    >>> signals_of('''
    ... 0   web page_viewed /login page=/login
    ... 6s  web page_viewed /login page=/login by=reload
    ... 9s  web page_viewed /login page=/login by=reload
    ... ''')
    []
    """
    if view.by == "reload" or view.page_type in SEEN_AGAIN_BY_DESIGN:
        return None
    page, within_ms = view.page, limits["within_s"] * 1000
    since = view.at - within_ms
    same = [mark for mark in journey.rings.page_viewed if mark.page == page and mark.at >= since and mark.by != "reload"]
    evidence = burst(same, view, limits["views"], within_ms)
    if not evidence:
        return None
    words = f"Came to {view.page} {len(evidence)} times within {limits['within_s']:g} s"
    return Found(evidence, words, place=view.place or view.page)
