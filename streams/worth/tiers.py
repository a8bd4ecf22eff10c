"""Where customers stand by what they have been worth, counted in the partition: how many on each step of the scale, and what they brought.

A customer is counted once, on the step of their past value, and moved when that changes: taken from the one, added to the other. The
journey remembers the step it is counted on, so a count is taken back exactly where it was added, whatever came in between. Past value and
not equity, for a count must hold until somebody touches it: what is expected of a customer changes with every day and every model.

Counted are known customers from their first purchase on. Bots and our own people are not, nor anonymous journeys: theirs counts when they
have told who they are.
"""

from __future__ import annotations

from typing import NamedTuple

from schemas.touchpoints.aftersale import OrderRefunded
from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.commerce import OrderPlaced, PurchaseMade
from schemas.transitions import TierEntered
from schemas.worth import Worth
from streams import memory
from streams.identity.forwarding import anonymous
from streams.insights.cells import Key
from streams.moment import Moment
from streams.state import Journey
from streams.worth.past import buying_days, past
from streams.worth.scale import EDGES, step_of

KINDS: frozenset[type[Touchpoint]] = frozenset({OrderPlaced, PurchaseMade, OrderRefunded})  # on which past value changes
TIERS = ("top", "middle", "base")
KEY: Key = ("worth", "tiers")  # of the one cell in which all is counted
CUSTOMERS, PAST = "customers:", "past:"  # before a step, in its counts; beside them `days` and `moves`
NAMES = tuple((f"{CUSTOMERS}{step}", f"{PAST}{step}") for step in range(len(EDGES) + 2))


class Standing(NamedTuple):
    """What a customer adds to the counts; all zeros: nothing, they are not counted."""

    step: int = 0
    past: int = 0  # minor units
    days: int = 0  # on which they bought


NOBODY = Standing()


def standing(journey: Journey) -> Standing:
    """What this customer has added."""
    step = journey.value.step
    return Standing(step, past(journey), buying_days(journey)) if step else NOBODY


def tier_of(worth: int, known: Worth | None) -> str:
    """The tier of a past value (minor units); empty while nobody has told where tiers begin.

    >>> known = Worth(customers=900, top=50_000, middle=9_000, a_day=1_000.0)
    >>> tier_of(50_000, known), tier_of(49_999, known), tier_of(0, known), tier_of(0, None)
    ('top', 'middle', 'base', '')
    """
    if known is None:
        return ""
    return "top" if worth >= known.top else "middle" if worth >= known.middle else "base"


def remember(moment: Moment, touchpoint: Touchpoint) -> None:
    """The touchpoint enters the journey's memory, and the customer may stand elsewhere by it."""
    journey, before = moment.journey, standing(moment.journey)
    purchases, refunded = journey.cadence.count, journey.value.refunded
    memory.remember(moment, touchpoint)
    heard = journey.cadence.count != purchases or journey.value.refunded != refunded  # an order and its receipt are heard of once
    if heard and (before.step or moment.watched):
        recount(moment, before)


def _announce(moment: Moment, known: Worth, before: Standing, now: Standing) -> None:
    """The customer's own doing moved them to another tier."""
    tier, left = (tier_of(each.past, known) if each.step else "" for each in (now, before))
    if tier and tier != left:
        moment.out.append(TierEntered(**moment.head(f"tier:{tier}"), tier=tier, left=left, past=now.past))


def a_customer(moment: Moment) -> bool:
    """Whether whose journey this is counts as a customer."""
    return not (anonymous(moment.customer) or moment.rules.ours(moment.customer))


def recount(moment: Moment, *before: Standing) -> None:
    """What was counted before (of two ids that are one customer: twice) is counted anew."""
    journey, now = moment.journey, NOBODY
    if (days := buying_days(journey)) and a_customer(moment):
        worth = past(journey)
        now = Standing(step_of(worth), worth, days)
    journey.value.step = now.step
    if moment.partition.worth is not None:
        _announce(moment, moment.partition.worth, before[0], now)
    if now == NOBODY and not any(each.step for each in before):
        return
    counts = moment.partition.cells.at(KEY).counts
    for each in before:
        _add(counts, each, -1)
    _add(counts, now, 1)
    counts["moves"] = counts.get("moves", 0) + 1


def _add(counts: dict[str, int], each: Standing, by: int) -> None:
    if each.step:
        customers, brought = NAMES[each.step]
        counts[customers] = counts.get(customers, 0) + by
        counts[brought] = counts.get(brought, 0) + by * each.past
        counts["days"] = counts.get("days", 0) + by * each.days
