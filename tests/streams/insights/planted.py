"""Eight weeks of ordinary customers, and then what is planted among them. Equal seeds tell equal stories.

Volume follows the hour of the day and the day of the week; so does, a little, how often things go wrong: neither is news. Journeys are
short: somebody looks at a few pages, some go to the checkout and pay, some of the payments fail, some clicks are answered by nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random

from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.browsing import Clicked, PageViewed
from schemas.touchpoints.commerce import CheckoutStarted, OrderPlaced, PaymentFailed, PaymentTried

DAY, HOUR = 86_400_000, 3_600_000
BEGUN = 20_458 * DAY  # 2026-01-05, a Monday
WEEKS = 8
VISITS = 260  # a day, over all channels
CHANNELS = {"web": 0.6, "app": 0.4}
SUNDAY_AND_SATURDAY = 1.5  # as many as on another day


@dataclass
class Odds:
    """What befalls a visit at a moment; an incident changes some of it."""

    visits: float = 1.0  # times the usual
    readers: float = 0.0  # of those visits, the share that reads one article and leaves
    fails: float = 0.06  # a payment
    retries: float = 0.6  # after a failure
    pays: float = 0.5  # a visit comes to the checkout
    dead: float = 0.1  # a click that nothing answers
    loops: float = 0.02  # the checkout sends the customer round in a circle


Incident = Callable[[str, Odds], Odds]  # (channel, the usual) -> what holds


def usual(_channel: str, odds: Odds) -> Odds:
    """Nothing is planted."""
    return odds


@dataclass
class Town:
    """Customers of one seed."""

    seed: int
    incident: Incident = usual
    _number: int = field(default=0, init=False)

    def touchpoints(self, first: int, last: int) -> Iterator[Touchpoint]:
        """Everything that happens from one day to another (numbers since the beginning), the last one left out."""
        dice = Random(f"{self.seed}/{first}")
        for hour in range(24 * first, 24 * last):
            at = BEGUN + hour * HOUR
            for channel, share in CHANNELS.items():
                odds = self.incident(channel, Odds(fails=0.06 + 0.02 * math.sin(hour * math.tau / 24)))
                for _ in range(_poisson(dice, VISITS * share * _season(hour) * odds.visits)):
                    yield from self._visit(dice, at + dice.randrange(HOUR - 900_000), channel, odds, hour)

    def _visit(self, dice: Random, at: int, channel: str, odds: Odds, hour: int) -> Iterator[Touchpoint]:
        self._number += 1
        visit = _Visit(f"c{hour}-{self._number}", channel, at)
        if dice.random() < odds.readers:
            yield visit.made(PageViewed, "/article", page="/article")
            return
        for _ in range(dice.randrange(1, 3)):
            yield visit.made(PageViewed, "/shop", page=f"/shop/{dice.randrange(30)}")
            unanswered = dice.random() < odds.dead
            yield visit.made(Clicked, "/shop", target="add", watched_ms=3_000, reacted_after_ms=None if unanswered else 90)
        if dice.random() < odds.loops:
            for _ in range(3):
                yield visit.made(PageViewed, "/checkout", after=2_000, page="/checkout")
        if dice.random() < odds.pays:
            yield visit.made(CheckoutStarted, "/checkout", cart=visit.customer)
            yield from _payment(dice, visit, odds)


def _payment(dice: Random, visit: _Visit, odds: Odds) -> Iterator[Touchpoint]:
    for attempt in range(3):
        yield visit.made(PaymentTried, "/pay", payment=f"{visit.customer}-{attempt}")
        if dice.random() >= odds.fails:
            yield visit.made(OrderPlaced, "/pay", order=visit.customer, cart=visit.customer, value=1_000)
            return
        yield visit.made(PaymentFailed, "/pay", payment=f"{visit.customer}-{attempt}")
        if dice.random() >= odds.retries:
            return


@dataclass
class _Visit:
    customer: str
    channel: str
    at: int
    count: int = 0

    def made(self, kind: type[Touchpoint], place: str, after: int = 20_000, **fields: object) -> Touchpoint:
        """The next touchpoint of this visit."""
        self.count, self.at = self.count + 1, self.at + after
        return kind(
            id=f"{self.customer}-{self.count}",
            customer=self.customer,
            at=self.at,
            channel=self.channel,
            place=place,
            **fields,  # type: ignore[arg-type]
        )


def _season(hour: int) -> float:
    """The share of a day's visits that fall into this hour of the week."""
    of_day = 1 + 0.8 * math.sin((hour % 24 - 8) * math.tau / 24)
    return of_day / 24 * (SUNDAY_AND_SATURDAY if hour // 24 % 7 >= 5 else 1.0)


def _poisson(dice: Random, mean: float) -> int:
    """How many come where so many are usual (Knuth)."""
    limit, count, left = math.exp(-mean), 0, dice.random()
    while left > limit:
        count, left = count + 1, left * dice.random()
    return count
