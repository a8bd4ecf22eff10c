"""Excessive scrolling."""

from __future__ import annotations

from schemas.control import Norm
from schemas.touchpoints.browsing import Scrolled
from streams.detectors import Found, Limits, Measured, against_norm
from streams.state import Journey


def reversals(_journey: Journey, scrolled: Scrolled) -> Measured | None:
    """Return the changes of direction in one view of the page, measured per page."""
    return Measured(scrolled.page, scrolled.reversals) if scrolled.page else None


@against_norm("excessive_scroll", on=Scrolled, measures=reversals, limits={"deviations": 3, "views": 30, "least_reversals": 8}, severity=1)
def excessive_scroll(_journey: Journey, scrolled: Scrolled, limits: Limits, measured: Measured, norm: Norm) -> Found | None:
    """The customer scrolled up and down far more than others on this page: they do not find what they look for.

    **Definition**: The changes of direction in one view lie more than `deviations` standard deviations above the page's own mean.
    **Default**: Mean + 3 standard deviations.
    **Source**: Microsoft Clarity: more scrolling up and down than the page's average. The 3 deviations are [ours].
    **Guard**: The detector is silent until `views` views of the page are known. Fewer than `least_reversals` changes are no search, however
    steady the others were [ours].

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
