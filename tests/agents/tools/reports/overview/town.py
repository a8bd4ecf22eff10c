"""A town of customers of one shop, told by rule: where they go, where it hurts some of them, and who of them comes back."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from schemas.outputs.insights import Insight
from schemas.touchpoints.base import Touchpoint
from streams.replay import Replay
from streams.rules import Rules
from streams.rules.blueprint import Blueprint, Target
from streams.state.ids import chance
from streams.story import START, story
from streams.totals import all_insights

DAY, HOUR = 86_400_000, 3_600_000
TARGETS = (
    Target(measure="friction_rate", at_most=0.02, place="/checkout", owner="shop"),
    Target(measure="csat", at_least=0.8, place="survey", owner="care"),
)
RULES = Blueprint(name="town", owners={"/checkout": "shop", "*": "care"}, targets=TARGETS, holdout=0.0)
BROWSED = """
0    {way} page_viewed /home page=/home
2m   {way} page_viewed /shop page=/shop
5m   {way} product_viewed /product product=p1
8m   {way} cart_updated /cart cart={visit} items=2
12m  {way} checkout_started /checkout cart={visit}
"""
REFUSED = "13m  {way} payment_failed /checkout payment={visit} order={visit} decline=hard\n"
ASKED = "40m  call contact_opened hotline contact={visit} intent=payment\n60m call contact_closed hotline contact={visit} resolved=true\n"
BOUGHT = "15m  {way} order_placed /checkout order={visit} value=4200\n2d {way} order_delivered door order={visit}\n"
RATED = "3d  email survey_answered survey metric=csat score={score} low=1 high=5\n"


def touchpoints(customers: int) -> list[Touchpoint]:
    """Everybody's, in the order of time."""
    return sorted((each for number in range(customers) for each in _of(f"c{number}")), key=lambda each: each.at)


def _of(customer: str) -> Iterator[Touchpoint]:
    """Visits a week apart; whom the checkout refuses seldom comes back."""
    way = "app" if chance("way", customer) < 0.4 else "web"
    for week in range(4):
        visit, start = f"{customer}-{week}", START + week * 7 * DAY + int(chance("hour", customer) * 40) * HOUR
        refused = chance("refused", visit) < (0.2 if way == "web" else 0.1)
        text = BROWSED + (REFUSED + (ASKED if chance("asked", visit) < 0.4 else "") if refused else BOUGHT)
        if not refused and chance("rated", visit) < 0.3:
            text += RATED
        told = text.format(way=way, visit=visit, score=1 + int(5 * chance("score", visit)))
        yield from story(told, customer, start)
        if chance("gone", visit) < (0.8 if refused else 0.04):
            return


def town(customers: int = 300) -> list[Insight]:
    """What a worker would publish of them five weeks after the first came."""
    replay = Replay(Rules(RULES)).run(_numbered(touchpoints(customers)), START + 34 * DAY)
    return list(all_insights(replay.partition.aggregates.rows, RULES))


def _numbered(told: list[Touchpoint]) -> Iterator[Touchpoint]:
    """Ids of a story repeat from visit to visit; here each is its own."""
    for number, each in enumerate(told):
        yield replace(each, id=f"t{number}")
