"""Dead clicks."""

from __future__ import annotations

from schemas.touchpoints.browsing import Clicked
from streams.detectors import Found, Limits, pattern
from streams.state import Journey

ANSWERS_ELSEWHERE = ("link", "input", "text", "select", "checkbox", "radio")


@pattern("dead_click", on=Clicked, limits={"silent_ms": 2500}, severity=1)
def dead_click(_journey: Journey, click: Clicked, limits: Limits) -> Found | None:
    """The customer clicked, and nothing happened.

    **Definition**: The sender watched the page for `silent_ms` after the click and saw no reaction.
    **Default**: 2.5 s.
    **Source**: PostHog waits 2.5 s, others 0.5 to 3 s.
    **Guard**: Links, inputs and new tabs react where the sender cannot see it. A hidden tab is not watched. A click that ends in an error
    is an `error_click`. A sender that does not watch proves nothing.

    >>> from streams.replay import signals_of
    >>> signals_of("0 web clicked /pay target=pay element=button watched_ms=2500")
    ['dead_click']
    >>> signals_of("0 web clicked /pay target=terms element=link watched_ms=2500 new_tab=true")
    []
    """
    seen = click.reacted_after_ms is not None or click.error_after_ms is not None
    if seen or click.new_tab or click.background or click.element in ANSWERS_ELSEWHERE or click.watched_ms < limits["silent_ms"]:
        return None
    return Found([click.id], f"Clicked {click.target}; nothing happened for {click.watched_ms} ms", place=click.place or click.page)
