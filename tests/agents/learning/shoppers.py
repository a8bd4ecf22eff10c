"""A company's customers: they come, buy at a pace of their own, and one day come no more. Drawn with a seed, day by day."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping

from schemas.touchpoints.commerce import OrderPlaced

DAY = 86_400_000  # ms
BEGUN = 20_454  # days since 1970: 2026-01-01
Courses = Mapping[str, list[int]]


def courses(customers: int, days: int, seed: int, leaving: float = 0.02) -> Courses:
    """The days (since 1970-01-01) on which each buys; `leaving`: the mean chance of a purchase to be the last."""
    dice = random.Random(seed)
    return {f"c{number}": list(_course(dice, days, leaving)) for number in range(customers)}


def _course(dice: random.Random, days: int, leaving: float) -> Iterator[int]:
    day, pace = dice.randrange(days // 3), dice.gammavariate(2.0, 0.12) + 0.01
    last = dice.betavariate(1.0, 1 / leaving - 1)
    while day < days:
        yield BEGUN + day
        if dice.random() < last:
            return
        day += 1 + int(dice.expovariate(pace))


def orders(bought: Courses) -> list[OrderPlaced]:
    """Every purchase as an order, in the order of time; no two at the same moment."""
    found = [
        OrderPlaced(
            id=f"{customer}-{day}", customer=customer, at=day * DAY + number * 60_000, channel="web", order=f"{customer}-{day}", value=1000
        )
        for number, (customer, days) in enumerate(bought.items())
        for day in days
    ]
    return sorted(found, key=lambda order: order.at)
