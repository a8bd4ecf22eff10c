"""Lengths of time in milliseconds, and the weeks that days lie in.

Every duration in records and states is in milliseconds, unless its name says otherwise.
"""

from __future__ import annotations

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY


def week_of(day: int) -> int:
    """Return the number of the week, starting on Monday, that a day lies in. Days are numbered from 1970-01-01.

    >>> week_of(20_458), week_of(20_464), week_of(20_465)
    (2923, 2923, 2924)
    """
    return (day + 3) // 7


def monday_of(week: int) -> int:
    """Return the time (ms UTC) at which a week begins.

    >>> monday_of(week_of(20_464)) // DAY
    20458
    """
    return (7 * week - 3) * DAY
