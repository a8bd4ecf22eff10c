"""The tiers: how many customers are on each step of the value scale in this partition, and what they brought.

A customer is counted once, on the step of their past value. When it changes, they are taken from one step and added to another. The
journey remembers its step, so a count is removed exactly where it was added. The past value is used and not the equity: a count must
stay right until somebody changes it. An expected value changes with every day and every model.

Known customers are counted from their first purchase on. Bots, our own people and anonymous journeys are not. The purchases of an
anonymous journey count once the customer is known.
"""

from __future__ import annotations

from msgspec import Struct

from schemas.control.worth import Worth
from schemas.outputs.transitions import TierEntered
from schemas.touchpoints.aftersale import OrderRefunded
from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.commerce import OrderPlaced, PurchaseMade
from streams.context import Context
from streams.customer.value.past import past_value
from streams.customer.value.scale import EDGES, step_of
from streams.state import Journey
from streams.state.aggregates import Key
from streams.state.identifiers import is_anonymous
from streams.state.priced import priced_days

KINDS: frozenset[type[Touchpoint]] = frozenset({OrderPlaced, PurchaseMade, OrderRefunded})  # kinds that change the past value
TIERS = ("top", "middle", "base")
KEY: Key = ("worth", "tiers")  # key of the row with all these counts, of customers whose purchases name no currency
CUSTOMERS, PAST = "customers:", "past:"  # prefixes of a step in the counts; other counts are `moves` and BOUGHT
BOUGHT = ("days", "purchases", "again", "gaps", "gap_days")  # other counts, named and ordered as in TierPosition
NAMES = tuple((f"{CUSTOMERS}{step}", f"{PAST}{step}") for step in range(len(EDGES) + 2))


class TierPosition(Struct, frozen=True, gc=False):
    """What a customer adds to the counts. Step 0: they are not counted.

    `bought` holds, in the order of BOUGHT: days on which they bought for a known value; purchases; 1 if they bought on another day too;
    times between a day with a purchase and the next one; days of these together.
    """

    step: int = 0
    past: int = 0  # minor units
    bought: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)
    currency: str = ""  # ISO 4217: each currency has a row of its own, so that no two are added up


NOBODY = TierPosition()


def tier_position(journey: Journey) -> TierPosition:
    """Return what this customer has added to the counts."""
    step = journey.value.step
    return _position_on(step, past_value(journey), priced_days(journey), journey) if step else NOBODY


def _position_on(step: int, past: int, days: int, journey: Journey) -> TierPosition:
    cadence = journey.cadence
    gaps = cadence.gaps
    bought = (days, cadence.count, 1 if gaps else 0, gaps, round(gaps * cadence.mean_days))
    return TierPosition(step, past, bought, journey.value.currency)


def row_of(currency: str) -> Key:
    """Return the key of the row that counts the customers of this currency.

    >>> row_of(""), row_of("EUR")
    (('worth', 'tiers'), ('worth', 'tiers:EUR'))
    """
    return (KEY[0], f"{KEY[1]}:{currency}") if currency else KEY


def tier_of(past: int, known: Worth | None, currency: str = "") -> str:
    """Return the tier of a past value (minor units); empty while the borders of the tiers are not published, or for another currency.

    >>> known = Worth(customers=900, top=50_000, middle=9_000, a_day=1_000.0)
    >>> tier_of(50_000, known), tier_of(49_999, known), tier_of(0, known), tier_of(0, None)
    ('top', 'middle', 'base', '')
    """
    if known is None or not known.holds(currency):
        return ""
    return "top" if past >= known.top else "middle" if past >= known.middle else "base"


class Before(Struct, frozen=True, gc=False):
    """What a purchase or a refund may change, as it was before the touchpoint was remembered."""

    position: TierPosition
    purchases: int
    refunded: int  # minor units
    currency: str


def state_before(journey: Journey) -> Before:
    """Return what `update_tier` compares with. Call it before the touchpoint is remembered."""
    return Before(tier_position(journey), journey.cadence.count, journey.value.refunded, journey.value.currency)


def update_tier(ctx: Context, was: Before) -> None:
    """Count the customer on the step of their new past value. An order and its receipt count once."""
    journey = ctx.journey
    value = journey.value
    changed = journey.cadence.count != was.purchases or value.refunded != was.refunded or value.currency != was.currency
    if changed and (was.position.step or ctx.is_customer):
        recount_tier(ctx, was.position)


def _publish_tier(ctx: Context, known: Worth, before: TierPosition, now: TierPosition) -> None:
    """Publish the customer's new tier, if their own act moved them to another one."""
    tier, left = (tier_of(each.past, known, each.currency) if each.step else "" for each in (now, before))
    if tier and tier != left:
        ctx.out.append(TierEntered(**ctx.head(f"tier:{tier}"), tier=tier, left=left, past=now.past, currency=now.currency))


def counts_as_customer(ctx: Context) -> bool:
    """Return whether this journey is a known customer's, and not one of our own people's."""
    return not (is_anonymous(ctx.customer) or ctx.rules.is_ours(ctx.customer))


def recount_tier(ctx: Context, *before: TierPosition) -> None:
    """Count the customer anew in place of `before` (of two ids that are one customer: two counts)."""
    journey, now = ctx.journey, NOBODY
    if (days := priced_days(journey)) and counts_as_customer(ctx):
        past = past_value(journey)
        now = _position_on(step_of(past), past, days, journey)
    journey.value.step = now.step
    if ctx.partition.worth is not None:
        _publish_tier(ctx, ctx.partition.worth, before[0], now)
    if not now.step and not any(each.step for each in before):
        return
    if len(before) == 1 and before[0].step and now.step and before[0].currency == now.currency:
        counts = _add_difference(ctx, before[0], now)
    else:
        for each in before:
            _add_counts(ctx, each, -1)
        _add_counts(ctx, now, 1)
        counts = _counts_of(ctx, now.currency)
    counts["moves"] = counts.get("moves", 0) + 1


def _add_difference(ctx: Context, was: TierPosition, now: TierPosition) -> dict[str, int]:
    """Count what has changed of a customer who stays in the same row. Return its counts. At most purchases this is all."""
    counts = _counts_of(ctx, now.currency)
    if was.step == now.step:
        brought = NAMES[now.step][1]
        counts[brought] = counts.get(brought, 0) + now.past - was.past
    else:
        for each, by in ((was, -1), (now, 1)):
            customers, brought = NAMES[each.step]
            counts[customers] = counts.get(customers, 0) + by
            counts[brought] = counts.get(brought, 0) + by * each.past
    for name, before, after in zip(BOUGHT, was.bought, now.bought, strict=True):
        if after != before:
            counts[name] = counts.get(name, 0) + after - before
    return counts


def _counts_of(ctx: Context, currency: str) -> dict[str, int]:
    return ctx.partition.aggregates.row(row_of(currency)).counts


def _add_counts(ctx: Context, each: TierPosition, by: int) -> None:
    if each.step:
        counts = _counts_of(ctx, each.currency)
        customers, brought = NAMES[each.step]
        counts[customers] = counts.get(customers, 0) + by
        counts[brought] = counts.get(brought, 0) + by * each.past
        for name, count in zip(BOUGHT, each.bought, strict=True):
            if count:
                counts[name] = counts.get(name, 0) + by * count
