"""Slow clicks."""

from __future__ import annotations

from schemas.touchpoints.browsing import Clicked
from streams.detectors import Found, Limits, pattern
from streams.state import Journey


@pattern("slow_click", on=Clicked, limits={"slow_ms": 3000}, severity=1)
def slow_click(_journey: Journey, click: Clicked, limits: Limits) -> Found | None:
    """The customer clicked, and the page reacted late.

    **Definition**: The page reacted `slow_ms` or more after the click. (A click that gets no reaction is a `dead_click`.)
    **Default**: 3 s.
    **Source**: Sentry raised its lower bound of a slow click to 3 s. Faster clicks are to be considered normal.
    **Guard**: The browser slows a hidden tab down, and nobody waits in front of it.

    >>> from streams.replay import signals_of
    >>> signals_of("0 web clicked /cart target=save element=button reacted_after_ms=3400 watched_ms=7000")
    ['slow_click']
    >>> signals_of("0 web clicked /cart target=save element=button reacted_after_ms=3400 watched_ms=7000 background=true")
    []
    """
    if click.background or click.reacted_after_ms is None or click.reacted_after_ms < limits["slow_ms"]:
        return None
    return Found([click.id], f"Clicked {click.target}; the answer took {click.reacted_after_ms} ms", place=click.place or click.page)
