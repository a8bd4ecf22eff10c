"""The counts of each step, added up as a day goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from schemas.durations import DAY, monday_of, week_of
from streams.insights.blocked.counting import ASKED, CAME, GOT_ON, SORT
from streams.state.aggregates import OTHER, Aggregate, Key
from streams.state.journey.parts import KNOWN, NEW

COLUMNS = (*CAME, *GOT_ON, ASKED)
AT = {name: (hour, column) for column, names in enumerate(COLUMNS) for hour, name in enumerate(names)}


class Counted(NamedTuple):
    """What was counted at a place from the beginning of a day: known and new customers apart."""

    came: tuple[int, int] = (0, 0)  # new customers, known ones
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
    """One place on its channel, with its days (since 1970-01-01)."""

    channel: str
    place: str
    days: Mapping[int, Day]


def steps_of(totals: Mapping[Key, Aggregate], asks: Callable[[Step], bool] | None = None, since: int = 0) -> Iterator[Step]:
    """Yield every place that was counted, in the order of channels and places. `other` is no place.

    With `asks` only those for which it is true. It is given the newest days alone, from the week of day `since` (since 1970-01-01) on: to
    add up all days of all places takes most of a look.
    """
    weeks: dict[tuple[str, str], dict[int, Mapping[str, int]]] = {}
    for key, aggregate in totals.items():
        if key[0] == SORT and key[3] != OTHER:
            weeks.setdefault((key[2], key[3]), {})[int(key[1])] = aggregate.counts
    for channel, place in sorted(weeks):
        counted = weeks[channel, place]
        if asks is None or asks(_step(channel, place, {week: counted[week] for week in counted if week >= week_of(since)})):
            yield _step(channel, place, counted)


def _step(channel: str, place: str, weeks: Mapping[int, Mapping[str, int]]) -> Step:
    days: dict[int, Day] = {}
    for week, counts in sorted(weeks.items()):
        days |= _days_of(monday_of(week) // DAY, counts)
    return Step(channel, place, days)


def _days_of(monday: int, counts: Mapping[str, int]) -> dict[int, Day]:
    """Return the days of one week on which somebody came."""
    hours: dict[int, dict[int, list[int]]] = {}
    for name, count in counts.items():
        hour, column = AT[name]
        hours.setdefault(hour // 24, {}).setdefault(hour % 24, [0] * len(COLUMNS))[column] = count
    return {monday + weekday: _added_up(hours[weekday]) for weekday in sorted(hours)}


def _added_up(hours: Mapping[int, list[int]]) -> Day:
    """Return the day up to each hour. A name that gave way to another may have lost those who came before those who got on."""
    day, so_far = [Counted()], Counted()
    came, came_known, on, on_known, asked = 0, 0, 0, 0, 0
    for hour in range(24):
        if told := hours.get(hour):
            came, came_known, asked = came + told[NEW], came_known + told[KNOWN], asked + told[4]
            on, on_known = on + min(told[NEW], told[2]), on_known + min(told[KNOWN], told[3])
            so_far = Counted((came, came_known), (on, on_known), asked)
        day.append(so_far)
    return day
