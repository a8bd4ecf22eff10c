"""Who met a friction: visits and customers, each counted once, from the journey's own memory.

A customer counts once a week, under the number of weeks since they met it before (0: never). So customers over any weeks add up
exactly: of each week, those count who had not met it since the first of these weeks (`customers_since`). The memory holds the latest
METS frictions of a customer. One who met more may count twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from streams.insights.harm.names import ANY, ANYWHERE, names_of
from streams.state import METS, Journey, Visit
from streams.state.ids import short_hash
from streams.state.place_row import PlaceRow

NEVER = 0
_AT_ANY, _ANYWHERE = names_of(ANY), names_of(ANYWHERE)


def count_meeting(journey: Journey, row: PlaceRow, visited: PlaceRow, detector: str, visit: Visit | None) -> None:
    """Count that the customer met a friction: the customer in `row`, the visit in `visited`, the row that counted it.

    Each counts by detector, and of any friction. The second time in a visit says nothing new.
    """
    spot, names = row.spot, names_of(detector)
    what = _number(detector, spot)
    if visit is not None:
        if what in visit.met:
            return
        visited.count(names.visits)
        if not visit.met:
            visited.count(_AT_ANY.visits)
        visit.met.append(what)
    mets, week = journey.mets, row.week
    for met, about in ((names.met, what), (_AT_ANY.met, _number(ANY, spot)), (_ANYWHERE.met, _number(ANYWHERE, ""))):
        last = mets.pop(about, None)
        if last is None and len(mets) >= METS:
            del mets[next(iter(mets))]
        mets[about] = week if last is None or week > last else last
        if (ago := weeks_since(last, week)) is not None:
            row.count(f"{met}{ago}")


@lru_cache(4_096)
def _number(name: str, about: str) -> int:
    """Return 32 bits for a friction at a place, as journeys remember it."""
    return int.from_bytes(short_hash(name, about)[:4], "big")


def weeks_since(last: int | None, week: int) -> int | None:
    """Return the number of weeks since a week; 0 if there was none, and None if it was this one or a later one.

    >>> weeks_since(None, 9), weeks_since(9, 9), weeks_since(7, 9)
    (0, None, 2)
    """
    if last is None:
        return NEVER
    return week - last if week > last else None


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
