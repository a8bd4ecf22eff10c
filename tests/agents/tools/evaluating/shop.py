"""A shop with customers of two sorts, made up: some come every few days for good, some stop coming one day."""

from __future__ import annotations

import random

from agents.tools.evaluating.history import History, of_lines
from schemas.touchpoints import Touchpoint
from schemas.touchpoints.commerce import PurchaseMade
from schemas.writing import encode

DAY = 86_400_000  # ms
BEGIN = 1_735_689_600_000  # 2025-01-01
CUT = BEGIN + 150 * DAY


def purchases(customers: int = 90, days: int = 210, seed: int = 7) -> list[Touchpoint]:
    """The purchases of so many customers over so many days, in the order of time."""
    chance, made = random.Random(seed), list[Touchpoint]()
    for number in range(customers):
        pace, gone = chance.choice((4, 7, 12)), chance.uniform(40, 230) if number % 2 else 10_000
        at = chance.uniform(0, 30)
        while at < min(days, gone):
            moment = BEGIN + round(at * DAY)
            made.append(
                PurchaseMade(
                    id=f"r{number}-{len(made)}", customer=f"c{number:03d}", at=moment, channel="store", place="shop", source="till",
                    receipt=f"{number}-{len(made)}", items=1, value=1000, currency="EUR",
                )
            )  # fmt: skip
            at += chance.expovariate(1 / pace)
    return sorted(made, key=lambda touchpoint: touchpoint.at)


def history(touchpoints: list[Touchpoint]) -> History:
    """The same as it is streamed."""
    return of_lines(encode(touchpoint) for touchpoint in touchpoints)
