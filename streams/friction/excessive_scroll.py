"""Excessive scrolling."""

from __future__ import annotations

from schemas.control import Norm
from schemas.touchpoints.browsing import Scrolled
from streams.detectors import Found, Limits, Measured, against_norm
from streams.state import Journey


def reversals(_journey: Journey, scrolled: Scrolled) -> Measured | None:
    """How often the customer changed direction in one view of the page."""
    return Measured(scrolled.page, scrolled.reversals) if scrolled.page else None


@against_norm("excessive_scroll", on=Scrolled, measures=reversals, limits={"deviations": 3, "views": 30, "least_reversals": 5}, severity=1)
def excessive_scroll(_journey: Journey, scrolled: Scrolled, limits: Limits, measured: Measured, norm: Norm) -> Found | None:
    """The customer scrolled up and down a page far more than others do there: they look for something and do not find it.

    **Definition**: changes of direction in one view, more than `deviations` standard deviations above the page's own mean.
    **Default**: mean + 3 standard deviations.
    **Source**: Microsoft Clarity: more scrolling up and down than the page's average; the 3 deviations are [ours].
    **Guard**: silent until `views` views of the page are known; fewer than `least_reversals` are no search [ours], however still the
    others were.

    >>> from streams.replay import signals_of
    >>> others = {"excessive_scroll": {"/tents": (30, 4.0, 2.0)}}
    >>> signals_of("0 web scrolled /tents page=/tents reversals=11", norms=others)
    ['excessive_scroll']
    >>> signals_of("0 web scrolled /tents page=/tents reversals=10", norms=others)
    []
    """
    if norm.count < limits["views"] or measured.value < limits["least_reversals"] or norm.beyond(measured.value) <= limits["deviations"]:
        return None
    words = f"Changed direction {measured.value:g} times on {scrolled.page}, where {norm.mean:.1f} is usual"
    return Found([scrolled.id], words, place=scrolled.place or scrolled.page)
