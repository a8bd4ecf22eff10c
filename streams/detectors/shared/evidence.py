"""What several detectors look for in a ring: touchpoints close together in time, whichever of them arrived last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from schemas.touchpoints.base import Touchpoint


def burst(marks: Sequence[Any], touchpoint: Touchpoint, count: float, within_ms: float) -> list[str]:
    """Return the ids of `count` touchpoints within `within_ms` (ends included), earliest first; else an empty list.

    The new touchpoint is among them.

    A late touchpoint can complete a burst too: entries may be before and after it.

    >>> from streams.story import story
    >>> early, middle, late = story('''
    ... 0    web page_viewed page=/a
    ... 700ms web page_viewed page=/a
    ... 1s   web page_viewed page=/a
    ... ''')
    >>> burst([early, late], middle, 3, 1000)
    ['e2', 'e3', 'e4']
    >>> burst([early, late], middle, 3, 999)
    []
    """
    size = max(1, round(count))
    if len(marks) + 1 < size:
        return []
    seen = sorted({(mark.at, mark.id) for mark in marks} | {(touchpoint.at, touchpoint.id)})
    own = seen.index((touchpoint.at, touchpoint.id))
    for start in range(max(0, own - size + 1), min(own, len(seen) - size) + 1):
        if seen[start + size - 1][0] - seen[start][0] <= within_ms:
            return [id for _, id in seen[start : start + size]]
    return []


def before(marks: Iterable[Any], touchpoint: Touchpoint, within_ms: float) -> list[Any]:
    """Return the entries not after this touchpoint and at most `within_ms` older, oldest first.

    >>> from streams.story import story
    >>> asked, again = story('''
    ... 0  call contact_opened contact=h1
    ... 7d call contact_opened contact=h2
    ... ''')
    >>> [mark.id for mark in before([asked], again, 7 * 86_400_000)], before([again], asked, 1000)
    (['e2'], [])
    """
    return [mark for mark in marks if 0 <= touchpoint.at - mark.at <= within_ms]
