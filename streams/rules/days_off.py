"""Days off: a carrier that does not work on a day cannot be late on it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from schemas.durations import DAY

EPOCH = date(1970, 1, 1).toordinal()


def days_off(days: Iterable[str]) -> frozenset[int]:
    """Return the days (written as 2026-12-25) as numbers since 1970-01-01. Raises ValueError that names every wrong one.

    >>> days_off(["1970-01-02"])
    frozenset({1})
    """
    if bad := [day for day in days if not _is_day(day)]:
        raise ValueError(f"days_off: {', '.join(map(repr, bad))} is no day; write it like '2026-12-25'")
    return frozenset(date.fromisoformat(day).toordinal() - EPOCH for day in days)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def skip_days_off(off: Collection[int], since: int, due: int) -> int:
    """Return the due time `due` (ms UTC), moved by every day off between `since` and the result.

    >>> [skip_days_off({1, 3}, 0, days * DAY) // DAY for days in (1, 2, 3)]
    [1, 3, 5]
    >>> skip_days_off({1}, DAY + DAY // 2, 2 * DAY) / DAY
    2.5
    """
    for day in sorted(day for day in off if day >= since // DAY):
        begun = max(since, day * DAY)
        if begun >= due:
            break
        due += (day + 1) * DAY - begun
    return due
