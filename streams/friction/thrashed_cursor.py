"""Thrashed cursors."""

from __future__ import annotations

from schemas.touchpoints.browsing import CursorMoved
from streams.detectors import Found, Limits, pattern
from streams.state import Journey

DRAWN_ON = ("canvas", "drawing", "map", "signature", "slider")


@pattern("thrashed_cursor", on=CursorMoved, limits={"turns": 20, "within_ms": 2000}, severity=1)
def thrashed_cursor(_journey: Journey, moved: CursorMoved, limits: Limits) -> Found | None:
    """The customer shook the pointer to and fro.

    **Definition**: The pointer changed direction `turns` times within `within_ms`. A sender may add up a longer stretch. Then it must have
    seen as many per `within_ms` on average, because then some part of the stretch had them.
    **Default**: 20 in 2 s.
    **Source**: Amplitude.
    **Guard**: Customers move the pointer to and fro to draw, to sign, to slide and to move a map. A stretch of no length proves nothing.

    >>> from streams.replay import signals_of
    >>> signals_of("0 web cursor_moved /pay page=/pay turns=24 over_ms=2000")
    ['thrashed_cursor']
    >>> signals_of("0 web cursor_moved /shops page=/shops turns=24 over_ms=2000 element=map")
    []
    """
    if not moved.over_ms or moved.element in DRAWN_ON or moved.turns < limits["turns"] * max(1, moved.over_ms / limits["within_ms"]):
        return None
    return Found([moved.id], f"{moved.turns} changes of direction in {moved.over_ms / 1000:g} s", place=moved.place or moved.page)
