"""Counts of steps as a partition keeps them, hour by hour: ordinary weeks, and what is planted in the newest days."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from schemas.durations import week_of
from streams.insights.blocked.counting import ASKED, CAME, GOT_ON
from streams.state.aggregates import Aggregate, Key
from streams.state.journey.parts import KNOWN, NEW

MONDAY = 20_458  # 2026-01-05
WEEKS = 6
BUSY = (0, 0, 0, 0, 0, 0, 1, 2, 4, 6, 6, 6, 8, 8, 6, 6, 6, 8, 10, 12, 12, 8, 4, 1)  # parts of a day's customers, by hour


class Odds(NamedTuple):
    """What holds at a step in an hour."""

    known: float = 60.0  # known customers a day
    new: float = 60.0
    on_known: float = 0.85  # the share that gets on
    on_new: float = 0.8
    asks: float = 0.02  # the share that contacts the company


Plan = Callable[[int, int], Odds]  # (day since MONDAY, hour) -> what holds


def usual(_day: int, _hour: int) -> Odds:
    """Nothing is planted."""
    return Odds()


def weekly(day: int, hour: int, odds: Odds) -> Odds:
    """Return the odds with the rhythm of a week: fewer get on at night and at weekends, and more come."""
    slack = (0.04 if day % 7 > 4 else 0.0) + (0.05 if hour < 7 else 0.0)
    more = 1.4 if day % 7 > 4 else 1.0
    return odds._replace(known=odds.known * more, new=odds.new * more, on_known=odds.on_known - slack, on_new=odds.on_new - slack)


def step(seed: int, plan: Plan, days: int, now: int = 23, place: str = "/checkout/payment", channel: str = "web") -> dict[Key, Aggregate]:
    """Return the rows of one step after `days` days, in hour `now` of the last one."""
    dice, rows = Random(f"{seed}/{place}"), dict[Key, Aggregate]()
    for day in range(days):
        week = week_of(MONDAY + day)
        counts = rows.setdefault(("step", str(week), channel, place), Aggregate()).counts
        for hour in range(24 if day < days - 1 else now + 1):
            odds, at = weekly(day, hour, plan(day, hour)), 24 * (MONDAY + day - (7 * week - 3)) + hour
            for known, a_day, on in ((KNOWN, odds.known, odds.on_known), (NEW, odds.new, odds.on_new)):
                came = _binomial(dice, round(a_day), BUSY[hour] / sum(BUSY))
                _count(counts, CAME[known][at], came)
                _count(counts, GOT_ON[known][at], _binomial(dice, came, on))
                _count(counts, ASKED[at], _binomial(dice, came, odds.asks))
    rows["rate", str(24 * (MONDAY + days - 1) + now), channel] = Aggregate({"browsing": 1})
    return rows


def _count(counts: dict[str, int], name: str, by: int) -> None:
    if by:
        counts[name] = counts.get(name, 0) + by


def _binomial(dice: Random, of: int, chance: float) -> int:
    return sum(dice.random() < chance for _ in range(of))
