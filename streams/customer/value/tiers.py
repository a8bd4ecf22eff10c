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
from streams.context import Context
from streams.customer.value.past import buying_days, past
from streams.customer.value.scale import EDGES, step_of
from streams.state import Journey
from streams.state.aggregates import Key
from streams.state.identifiers import is_anonymous

KINDS: frozenset[type[Touchpoint]] = frozenset({OrderPlaced, PurchaseMade, OrderRefunded})  # on which past value changes
TIERS = ("top", "middle", "base")
KEY: Key = ("worth", "tiers")  # of the one aggregate in which all is counted
CUSTOMERS, PAST = "customers:", "past:"  # before a step, in its counts; beside them `days` and `moves`
NAMES = tuple((f"{CUSTOMERS}{step}", f"{PAST}{step}") for step in range(len(EDGES) + 2))


class TierPosition(NamedTuple):
    """What a customer adds to the counts; all zeros: nothing, they are not counted."""

    step: int = 0
    past: int = 0  # minor units
    days: int = 0  # on which they bought


NOBODY = TierPosition()


def tier_position(journey: Journey) -> TierPosition:
    """What this customer has added."""
    step = journey.value.step
    return TierPosition(step, past(journey), buying_days(journey)) if step else NOBODY


def tier_of(worth: int, known: Worth | None) -> str:
    """The tier of a past value (minor units); empty while nobody has told where tiers begin.

    >>> known = Worth(customers=900, top=50_000, middle=9_000, a_day=1_000.0)
    >>> tier_of(50_000, known), tier_of(49_999, known), tier_of(0, known), tier_of(0, None)
    ('top', 'middle', 'base', '')
    """
    if known is None:
        return ""
    return "top" if worth >= known.top else "middle" if worth >= known.middle else "base"


class Before(NamedTuple):
    """What a purchase or a refund may change, as it was before the touchpoint was remembered."""

    position: TierPosition
    purchases: int
    refunded: int  # minor units


def before(journey: Journey) -> Before:
    """Return what `update_tier` compares with; call it before the touchpoint is remembered."""
    return Before(tier_position(journey), journey.cadence.count, journey.value.refunded)


def update_tier(ctx: Context, was: Before) -> None:
    """Count the customer on the step of their new past value. An order and its receipt count once."""
    journey = ctx.journey
    changed = journey.cadence.count != was.purchases or journey.value.refunded != was.refunded
    if changed and (was.position.step or ctx.is_customer):
        recount(ctx, was.position)


def _announce(ctx: Context, known: Worth, before: TierPosition, now: TierPosition) -> None:
    """The customer's own doing moved them to another tier."""
    tier, left = (tier_of(each.past, known) if each.step else "" for each in (now, before))
    if tier and tier != left:
        ctx.out.append(TierEntered(**ctx.head(f"tier:{tier}"), tier=tier, left=left, past=now.past))


def a_customer(ctx: Context) -> bool:
    """Whether whose journey this is counts as a customer."""
    return not (is_anonymous(ctx.customer) or ctx.rules.is_ours(ctx.customer))


def recount(ctx: Context, *before: TierPosition) -> None:
    """What was counted before (of two ids that are one customer: twice) is counted anew."""
    journey, now = ctx.journey, NOBODY
    if (days := buying_days(journey)) and a_customer(ctx):
        worth = past(journey)
        now = TierPosition(step_of(worth), worth, days)
    journey.value.step = now.step
    if ctx.partition.worth is not None:
        _announce(ctx, ctx.partition.worth, before[0], now)
    if now == NOBODY and not any(each.step for each in before):
        return
    counts = ctx.partition.aggregates.row(KEY).counts
    for each in before:
        _add(counts, each, -1)
    _add(counts, now, 1)
    counts["moves"] = counts.get("moves", 0) + 1


def _add(counts: dict[str, int], each: TierPosition, by: int) -> None:
    if each.step:
        customers, brought = NAMES[each.step]
        counts[customers] = counts.get(customers, 0) + by
        counts[brought] = counts.get(brought, 0) + by * each.past
        counts["days"] = counts.get("days", 0) + by * each.days
