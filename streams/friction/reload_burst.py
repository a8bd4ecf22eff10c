"""Reload bursts."""

from __future__ import annotations

from schemas.touchpoints.browsing import PageReloaded, PageViewed
from streams.detectors import Found, Limits, pattern
from streams.detectors.shared.evidence import burst
from streams.state import Journey
from streams.state.marks import last

RELOADED_BY_DESIGN = ("status",)


@pattern(
    "reload_burst",
    on=(PageReloaded, PageViewed),
    reads={PageReloaded: last(6, "page"), PageViewed: last(8, "page", "page_type", "by")},
    limits={"reloads": 3, "within_s": 60},
    severity=2,
)
def reload_burst(journey: Journey, touchpoint: PageReloaded | PageViewed, limits: Limits) -> Found | None:
    """The customer reloaded the same page again and again: it does not show what it should.

    **Definition**: The customer reloads one page `reloads` times within `within_s`. Either reloads or views reached by a reload report it.
    If a sender reports both, only the reloads count.
    **Default**: 3 in 60 s.
    **Source**: [ours].
    **Guard**: Customers reload a status page by design.

    >>> from streams.replay import signals_of
    >>> signals_of('''
    ... 0   web page_reloaded /pay page=/pay
    ... 20s web page_reloaded /pay page=/pay
    ... 45s web page_reloaded /pay page=/pay
    ... ''')
    ['reload_burst']
    >>> signals_of('''
    ... 0   web page_reloaded /orders/o1 page=/orders/o1 page_type=status
    ... 20s web page_reloaded /orders/o1 page=/orders/o1 page_type=status
    ... 45s web page_reloaded /orders/o1 page=/orders/o1 page_type=status
    ... ''')
    []
    """
    if isinstance(touchpoint, PageViewed) and touchpoint.by != "reload":
        return None
    page, within_ms = touchpoint.page, limits["within_s"] * 1000
    views = [view for view in journey.rings.page_viewed if view.page == page]
    if any(one.page_type in RELOADED_BY_DESIGN for one in [*views, touchpoint]):
        return None
    told = [reload for reload in journey.rings.page_reloaded if reload.page == page]
    if isinstance(touchpoint, PageViewed):
        if any(abs(reload.at - touchpoint.at) <= within_ms for reload in told):
            return None
        told = [view for view in views if view.by == "reload"]
    evidence = burst(told, touchpoint, limits["reloads"], within_ms)
    return Found(evidence, f"Loaded {page} again {len(evidence)} times within {limits['within_s']:g} s", place=touchpoint.place or page)
