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
from streams.worth.scale import step_of

KINDS: frozenset[type[Touchpoint]] = frozenset({OrderPlaced, PurchaseMade, OrderRefunded})  # on which past value changes
TIERS = ("top", "middle", "base")
CUSTOMERS, PAST, BOOKS = (("worth", name) for name in ("customers", "past", "books"))  # the first two by step
SHOWN: tuple[Key, ...] = (CUSTOMERS, PAST, BOOKS)


class Standing(NamedTuple):
    """What a customer adds to the counts; all zeros: nothing, they are not counted."""

    step: int = 0
    past: int = 0  # minor units
    days: int = 0  # on which they bought


def standing(journey: Journey) -> Standing:
    """What this customer has added."""
    step = journey.value.step
    return Standing(step, past(journey), buying_days(journey)) if step else Standing()


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
    before = standing(moment.journey)
    memory.remember(moment, touchpoint)
    if before.step or (moment.watched and a_customer(moment)):
        recount(moment, before)


def _announce(moment: Moment, before: Standing, now: Standing) -> None:
    """The customer's own doing moved them to another tier; unless nobody has told where tiers begin."""
    known = moment.partition.worth
    tier, left = (tier_of(each.past, known) if each.step else "" for each in (now, before))
    if tier and tier != left:
        moment.out.append(TierEntered(**moment.head(f"tier:{tier}"), tier=tier, left=left, past=now.past))


def a_customer(moment: Moment) -> bool:
    """Whether whose journey this is counts as a customer."""
    return not (anonymous(moment.customer) or moment.rules.ours(moment.customer))


def recount(moment: Moment, *before: Standing) -> None:
    """What was counted before (of two ids that are one customer: twice) is counted anew."""
    journey, cells = moment.journey, moment.partition.cells
    journey.value.step = step_of(past(journey)) if journey.cadence.count and a_customer(moment) else 0
    now = standing(journey)
    _announce(moment, before[0], now)
    taken, added = [each for each in before if each.step], [now] if now.step else []
    if taken == added:
        return
    for each, by in (*((old, -1) for old in taken), *((new, 1) for new in added)):
        cells.at(CUSTOMERS).count(str(each.step), by)
        cells.at(PAST).count(str(each.step), by * each.past)
        cells.at(BOOKS).count("days", by * each.days)
    cells.at(BOOKS).count("moves")
