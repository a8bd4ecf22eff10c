"""What insights are called: ids by what they are about, and times as they are published."""

from __future__ import annotations

from schemas.durations import DAY
from schemas.writing import rfc3339
from streams.state.ids import digest


def named(*parts: str) -> str:
    """The id of an insight about this: the newest under an id is the truth.

    >>> named("place", "2923", "web") == named("place", "2923", "web") != named("place", "2923w", "eb")
    True
    """
    return digest(*parts).hex()


def date_of(day: int) -> str:
    """A day (since 1970-01-01) as published.

    >>> date_of(20_458)
    '2026-01-05'
    """
    return rfc3339(day * DAY)[:10]


def monday_of(week: int) -> str:
    """The date a week begins on.

    >>> monday_of(2923)
    '2026-01-05'
    """
    return date_of(7 * week - 3)
