"""Who met a friction: visits and customers, each counted once, from the journey's own memory.

A customer counts once a week, under the number of weeks since they met it before (0: never). So customers over any weeks add up
exactly: of each week, those count who had not met it since the first of these weeks (`customers_since`). The memory holds the latest
METS frictions of a customer. One who met more may count twice.
"""

from __future__ import annotations

from collections.abc import Mapping

from schemas.durations import DAY, week_of
from streams.insights.harm.names import ANY, ANYWHERE, MET, WITH
from streams.state import METS, Journey, Visit
from streams.state.aggregates import Aggregate
from streams.state.ids import short_hash

NEVER = 0


def count_meeting(journey: Journey, row: Aggregate, detector: str, spot: str, at: int, visit: Visit | None) -> None:
    """Count that the customer met a friction: the visit and the customer, by detector, and of any friction at the place and anywhere."""
    for name, about in ((detector, spot), (ANY, spot), (ANYWHERE, "")):
        what = int.from_bytes(short_hash(name, about)[:4], "big")
        last = _last_time(journey, what, at)
        if name != ANYWHERE and visit is not None and what not in visit.met:
            visit.met.append(what)
            row.count(f"{WITH}{name}")
        if (ago := weeks_since(last, at)) is not None:
            row.count(f"{MET}{name}:{ago}")


def weeks_since(last: int | None, at: int) -> int | None:
    """Return the number of weeks since a time; 0 if there was none, and None if it was in the same week or later.

    >>> week = 7 * 86_400_000
    >>> weeks_since(None, 9 * week), weeks_since(9 * week, 9 * week + 5), weeks_since(7 * week, 9 * week)
    (0, None, 2)
    """
    if last is None:
        return NEVER
    return ago if (ago := week_of(at // DAY) - week_of(last // DAY)) > 0 else None


def _last_time(journey: Journey, what: int, at: int) -> int | None:
    """Note this time. Return the time before (ms UTC); None if there is none."""
    mets = journey.mets
    last = mets.get(what)
    if last is None and len(mets) >= METS:
        del mets[min(mets, key=lambda each: (mets[each], each))]
    mets[what] = max(at, last or 0)
    return last


def by_weeks(counts: Mapping[str, int], prefix: str) -> dict[int, int]:
    """Return the customers by the weeks since they came, or met it, before.

    >>> by_weeks({"met:rage_click:0": 3, "met:rage_click:2": 1, "volume": 9}, "met:rage_click:")
    {0: 3, 2: 1}
    """
    return {int(name[len(prefix) :]): count for name, count in sorted(counts.items()) if name.startswith(prefix)}


def customers_since(weekly: Mapping[int, Mapping[int, int]], first: int) -> int:
    """Return how many different customers there are in the weeks from `first` on. `weekly`: week -> customers by weeks since.

    >>> customers_since({10: {0: 5}, 11: {0: 2, 1: 4}}, 10), customers_since({10: {0: 5}, 11: {0: 2, 1: 4}}, 11)
    (7, 6)
    """
    return sum(
        count for week, ago in weekly.items() if week >= first for weeks, count in ago.items() if weeks == NEVER or week - weeks < first
    )
