"""Error clicks."""

from __future__ import annotations

from schemas.touchpoints.browsing import Clicked
from schemas.touchpoints.faults import ScriptFailed
from streams.detectors import MINUTE, Found, Limits, pattern
from streams.detectors.shared.evidence import before
from streams.state import Journey
from streams.state.marks import last


def _delay(touchpoint: Clicked | ScriptFailed) -> int | None:
    return touchpoint.error_after_ms if isinstance(touchpoint, Clicked) else touchpoint.after_click_ms


@pattern(
    "error_click",
    on=(Clicked, ScriptFailed),
    reads={ScriptFailed: last(6, "page", "error", "after_click_ms")},
    limits={"within_ms": 100, "by_itself_minutes": 10},
    severity=2,
)
def error_click(journey: Journey, touchpoint: Clicked | ScriptFailed, limits: Limits) -> Found | None:
    """The customer clicked, and a script failed at once.

    **Definition**: A script fails within `within_ms` after a click. Either the click or the error reports it.
    **Default**: 100 ms.
    **Source**: Datadog (mobile).
    **Guard**: The click does not cause an error that the page also throws without a click. The detector looks back `by_itself_minutes` for
    such an error with the same fingerprint. For a click that names no error, any error on that page is enough.

    >>> from streams.replay import signals_of
    >>> signals_of("0 web clicked /pay target=pay page=/pay error_after_ms=40")
    ['error_click']
    >>> signals_of('''
    ... 0  web script_failed /pay page=/pay error=x1
    ... 2s web script_failed /pay page=/pay error=x1 after_click_ms=40
    ... ''')
    []
    """
    delay = _delay(touchpoint)
    if delay is None or delay > limits["within_ms"]:
        return None
    failed = before(journey.rings.script_failed, touchpoint, limits["by_itself_minutes"] * MINUTE)
    by_itself = [mark for mark in failed if mark.after_click_ms is None and mark.page == touchpoint.page]
    if any(isinstance(touchpoint, Clicked) or mark.error == touchpoint.error for mark in by_itself):
        return None
    return Found([touchpoint.id], f"A script failed {delay} ms after a click", place=touchpoint.place or touchpoint.page)
