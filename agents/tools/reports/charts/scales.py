"""Where values lie on an axis, and which of them are named."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

NICE = (1, 2, 2.5, 5, 10)  # steps of an axis, times a power of ten

ROOM = 0.07  # share of an axis that a name needs


class Tick(NamedTuple):
    """A value with its name. A telephone shows no `minor` names."""

    at: float
    words: str
    minor: bool = False


class Axis(NamedTuple):
    """The values from `low` to `high`. `title` says what they are."""

    low: float
    high: float
    ticks: tuple[Tick, ...] = ()
    title: str = ""

    def share(self, value: float) -> float:
        """Return where a value lies, from 0 at `low` to 1 at `high`. Values outside lie at the ends.

        >>> Axis(0, 40).share(10), Axis(0, 40).share(80), Axis(5, 5).share(5)
        (0.25, 1.0, 0.0)
        """
        if self.high <= self.low:
            return 0.0
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))


def axis(low: float, high: float, title: str = "", most: int = 5, form: str = "{:,.10g}") -> Axis:
    """Return an axis that covers these values and ends at round ones, with at most `most` steps.

    >>> [tick.words for tick in axis(0, 31.2).ticks]
    ['0', '10', '20', '30', '40']
    >>> [tick.words for tick in axis(-0.37, 0.02, form="{:.0%}").ticks]
    ['-40%', '-30%', '-20%', '-10%', '0%', '10%']
    """
    size = (high - low) or 1.0
    power = 10.0 ** math.floor(math.log10(size / most))
    step = next(each * power for each in NICE if size / (each * power) <= most)
    first, last = math.floor(round(low / step, 9)), math.ceil(round(high / step, 9))
    last = max(last, first + 1)
    named = tuple(Tick(value := round(number * step, 10) + 0.0, form.format(value)) for number in range(first, last + 1))
    return Axis(named[0].at, named[-1].at, named, title)


def counted(most: int, title: str = "") -> Axis:
    """Return an axis for counts from 0 to `most`. Its steps are whole.

    >>> [tick.words for tick in counted(3).ticks]
    ['0', '1', '2', '3']
    """
    return axis(0, max(most, 1), title, most=min(5, max(most, 1)))


def by_week(mondays: Sequence[str]) -> Axis:
    """Return an axis on which each week is one step wide: the week of number i goes from i to i + 1. Up to twelve weeks are all named.

    >>> [tick.words for tick in by_week(["2026-01-05", "2026-01-12"]).ticks]
    ['5 Jan', '12 Jan']
    >>> [tick.words for tick in by_week([f"2026-{month:02}-0{day}" for month in range(1, 13) for day in (1, 8)]).ticks][:3]
    ['Jan 2026', 'Feb', 'Mar']
    """
    days = [date.fromisoformat(each) for each in mondays]
    if len(days) <= 12:
        named = [Tick(number + 0.5, f"{day.day} {day:%b}", bool(number % 3)) for number, day in enumerate(days)]
        return Axis(0, max(len(days), 1), tuple(named))
    first = [number for number, day in enumerate(days) if not number or day.month != days[number - 1].month]
    if first[1:] and first[1] - first[0] < ROOM * len(days):  # the name of a part of a month would run into the next name
        del first[0]
    shown, year = first[:: 1 + len(first) // 14], 0
    named = []
    for count, number in enumerate(shown):
        day = days[number]
        named.append(Tick(number, f"{day:%b}" if day.year == year else f"{day:%b %Y}", bool(count % math.ceil(len(shown) / 4))))
        year = day.year
    return Axis(0, len(days), tuple(named))
