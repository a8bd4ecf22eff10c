"""Groups days into weeks. A picture of a year needs no finer steps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import lru_cache

from agents.tools.reports.charts.plot import Strip

WEEK = timedelta(days=7)


@lru_cache(maxsize=1024)
def week_of(day: str) -> str:
    """Return the Monday of a day's week. Days are ISO 8601 dates.

    >>> week_of("2017-03-03")
    '2017-02-27'
    """
    found = date.fromisoformat(day)
    return (found - timedelta(days=found.weekday())).isoformat()


def weeks(days: Iterable[str]) -> list[str]:
    """Return every week from that of the first day to that of the last, without gaps. A week is named by its Monday.

    >>> weeks(["2017-01-04", "2017-01-17"])
    ['2017-01-02', '2017-01-09', '2017-01-16']
    """
    found = sorted(set(days))
    if not found:
        return []
    monday, last = date.fromisoformat(week_of(found[0])), date.fromisoformat(week_of(found[-1]))
    return [(monday + WEEK * i).isoformat() for i in range((last - monday).days // 7 + 1)]


def by_week(counts: Iterable[tuple[str, str, int]]) -> dict[str, Counter[str]]:
    """Add up counts of (name, day, n). Return them by name and week."""
    found: dict[str, Counter[str]] = {}
    for name, day, n in counts:
        found.setdefault(name, Counter())[week_of(day)] += n
    return found


def running(counts: Counter[str], on: list[str]) -> list[int]:
    """Return the running sum at the end of each of these weeks.

    >>> running(Counter({"2017-01-02": 2, "2017-01-16": -1}), ["2017-01-02", "2017-01-09", "2017-01-16"])
    [2, 2, 1]
    """
    total, found = 0, []
    for week in on:
        total += counts[week]
        found.append(total)
    return found


def strips(on: list[str], names: Sequence[str], values: Sequence[Sequence[int]]) -> list[Strip]:
    """Return for each week what is told to whoever points at it: its date, and the values of these names that are not 0.

    >>> strips(["2017-01-02"], ["watch", "high"], [[3], [0]])[0].words
    'week of 2017-01-02: watch 3'
    """
    return [
        Strip(
            k, k + 1, f"week of {week}: {', '.join(f'{name} {row[k]:,}' for name, row in zip(names, values, strict=True) if row[k]) or 0}"
        )
        for k, week in enumerate(on)
    ]
