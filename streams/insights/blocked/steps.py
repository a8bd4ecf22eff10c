"""The counts of each step, added up as a day goes on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from schemas.durations import DAY, monday_of
from streams.insights.blocked.counting import ASKED, CAME, ENTERED, GOT_ON, SORT
from streams.state.aggregates import OTHER, Aggregate, Key

NAMES = tuple(zip(CAME[True], CAME[False], GOT_ON[True], GOT_ON[False], ASKED, strict=True))  # by hour of the week


class Counted(NamedTuple):
    """What was counted at a place from the beginning of a day: known and new customers apart."""

    came: tuple[int, int] = (0, 0)
    got_on: tuple[int, int] = (0, 0)
    asked: int = 0  # contacts of both


def added(counted: Iterable[Counted]) -> Counted:
    """Return the sum of these counts."""
    came, got_on, asked = [0, 0], [0, 0], 0
    for each in counted:
        for at in (0, 1):
            came[at] += each.came[at]
            got_on[at] += each.got_on[at]
        asked += each.asked
    return Counted((came[0], came[1]), (got_on[0], got_on[1]), asked)


Day = list[Counted]  # 25 of them: up to each hour, 0 to 24


class Step(NamedTuple):
    """One place on its channel: its days (since 1970-01-01), and the share of its customers whose episode began there."""

    channel: str
    place: str
    days: Mapping[int, Day]
    entered: float


def steps_of(totals: Mapping[Key, Aggregate]) -> Iterator[Step]:
    """Yield every place that was counted, in the order of channels and places. `other` is no place."""
    weeks: dict[tuple[str, str], dict[int, Mapping[str, int]]] = {}
    for key, aggregate in totals.items():
        if key[0] == SORT and key[3] != OTHER:
            weeks.setdefault((key[2], key[3]), {})[int(key[1])] = aggregate.counts
    for channel, place in sorted(weeks):
        days: dict[int, Day] = {}
        for week, counts in sorted(weeks[channel, place].items()):
            days |= _days_of(monday_of(week) // DAY, counts)
        came = sum(sum(day[-1].came) for day in days.values())
        entered = sum(counts.get(ENTERED, 0) for counts in weeks[channel, place].values())
        if came:
            yield Step(channel, place, days, entered / came)


def _hour(counts: Mapping[str, int], names: tuple[str, ...]) -> list[int]:
    """Return the counts of one hour. A name that gave way to another may have lost those who came before those who got on."""
    known, new, known_on, new_on, asked = (counts.get(name, 0) for name in names)
    return [known, new, min(known, known_on), min(new, new_on), asked]


def _days_of(monday: int, counts: Mapping[str, int]) -> dict[int, Day]:
    """Return the days of one week on which somebody came."""
    found: dict[int, Day] = {}
    for weekday in range(7):
        told = [_hour(counts, names) for names in NAMES[24 * weekday : 24 * weekday + 24]]
        if any(any(hour) for hour in told):
            so_far, day = [0] * 5, [Counted()]
            for hour in told:
                so_far = [known + more for known, more in zip(so_far, hour, strict=True)]
                day.append(Counted((so_far[0], so_far[1]), (so_far[2], so_far[3]), so_far[4]))
            found[monday + weekday] = day
    return found
