"""The tiers: how many customers are on each step of the value scale in this partition, and what they brought.

A customer is counted once, on the step of their past value. When it changes, they are taken from one step and added to another. The
journey remembers its step, so a count is removed exactly where it was added. The past value is used and not the equity: a count must
stay right until somebody changes it. An expected value changes with every day and every model.

Known customers are counted from their first purchase on. Bots, our own people and anonymous journeys are not. The purchases of an
anonymous journey count once the customer is known.
"""

from __future__ import annotations

from typing import NamedTuple

from schemas.touchpoints.aftersale import OrderRefunded
from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.commerce import OrderPlaced, PurchaseMade
from schemas.transitions import TierEntered
from schemas.worth import Worth
from streams.context import Context
from streams.customer.value.past import buying_days, past_value
from streams.customer.value.scale import EDGES, step_of
from streams.state import Journey
from streams.state.aggregates import Key
from streams.state.identifiers import is_anonymous

KINDS: frozenset[type[Touchpoint]] = frozenset({OrderPlaced, PurchaseMade, OrderRefunded})  # kinds that change the past value
TIERS = ("top", "middle", "base")
KEY: Key = ("worth", "tiers")  # key of the one row with all these counts
CUSTOMERS, PAST = "customers:", "past:"  # prefixes of a step in the counts; other counts are `days` and `moves`
NAMES = tuple((f"{CUSTOMERS}{step}", f"{PAST}{step}") for step in range(len(EDGES) + 2))


class TierPosition(NamedTuple):
    """What a customer adds to the counts. All zeros: they are not counted."""

    step: int = 0
    past: int = 0  # minor units
    days: int = 0  # days on which they bought


NOBODY = TierPosition()


def tier_position(journey: Journey) -> TierPosition:
    """Return what this customer has added to the counts."""
    step = journey.value.step
    return TierPosition(step, past_value(journey), buying_days(journey)) if step else NOBODY


def tier_of(past: int, known: Worth | None) -> str:
    """Return the tier of a past value (minor units); empty while the borders of the tiers are not published.

    >>> known = Worth(customers=900, top=50_000, middle=9_000, a_day=1_000.0)
    >>> tier_of(50_000, known), tier_of(49_999, known), tier_of(0, known), tier_of(0, None)
    ('top', 'middle', 'base', '')
    """
    if known is None:
        return ""
    return "top" if past >= known.top else "middle" if past >= known.middle else "base"


class Before(NamedTuple):
    """What a purchase or a refund may change, as it was before the touchpoint was remembered."""

    position: TierPosition
    purchases: int
    refunded: int  # minor units


def state_before(journey: Journey) -> Before:
    """Return what `update_tier` compares with. Call it before the touchpoint is remembered."""
    return Before(tier_position(journey), journey.cadence.count, journey.value.refunded)


def update_tier(ctx: Context, was: Before) -> None:
    """Count the customer on the step of their new past value. An order and its receipt count once."""
    journey = ctx.journey
    changed = journey.cadence.count != was.purchases or journey.value.refunded != was.refunded
    if changed and (was.position.step or ctx.is_customer):
        recount_tier(ctx, was.position)


def _publish_tier(ctx: Context, known: Worth, before: TierPosition, now: TierPosition) -> None:
    """Publish the customer's new tier, if their own act moved them to another one."""
    tier, left = (tier_of(each.past, known) if each.step else "" for each in (now, before))
    if tier and tier != left:
        ctx.out.append(TierEntered(**ctx.head(f"tier:{tier}"), tier=tier, left=left, past=now.past))


def counts_as_customer(ctx: Context) -> bool:
    """Return whether this journey is a known customer's, and not one of our own people's."""
    return not (is_anonymous(ctx.customer) or ctx.rules.is_ours(ctx.customer))


def recount_tier(ctx: Context, *before: TierPosition) -> None:
    """Count the customer anew in place of `before` (of two ids that are one customer: two counts)."""
    journey, now = ctx.journey, NOBODY
    if (days := buying_days(journey)) and counts_as_customer(ctx):
        value = past_value(journey)
        now = TierPosition(step_of(value), value, days)
    journey.value.step = now.step
    if ctx.partition.worth is not None:
        _publish_tier(ctx, ctx.partition.worth, before[0], now)
    if now == NOBODY and not any(each.step for each in before):
        return
    counts = ctx.partition.aggregates.row(KEY).counts
    for each in before:
        _add_counts(counts, each, -1)
    _add_counts(counts, now, 1)
    counts["moves"] = counts.get("moves", 0) + 1


def _add_counts(counts: dict[str, int], each: TierPosition, by: int) -> None:
    if each.step:
        customers, brought = NAMES[each.step]
        counts[customers] = counts.get(customers, 0) + by
        counts[brought] = counts.get(brought, 0) + by * each.past
        counts["days"] = counts.get("days", 0) + by * each.days
