"""The ids of insights, and dates as they are published."""

from __future__ import annotations

from schemas.durations import DAY
from schemas.writing import rfc3339
from streams.state.ids import digest


def insight_id(*parts: str) -> str:
    """Return the id of an insight about these parts. The newest record under an id is the valid one.

    >>> insight_id("place", "2923", "web") == insight_id("place", "2923", "web") != insight_id("place", "2923w", "eb")
    True
    """
    return digest(*parts).hex()


def date_of(day: int) -> str:
    """Return the date of a day (number since 1970-01-01).

    >>> date_of(20_458)
    '2026-01-05'
    """
    return rfc3339(day * DAY)[:10]


def monday_of(week: int) -> str:
    """Return the date on which a week begins.

    >>> monday_of(2923)
    '2026-01-05'
    """
    return date_of(7 * week - 3)
