"""Steps towards an order. Of those who took one, which share took the next?

**Definition**: a step is an attempt of one customer with one cart; a product counts once a visit. The next step follows it if the same
customer takes it within 7 days, with the same cart if both name one. It is counted where and when the first step was taken. So a share
never exceeds 1, and the newest week can still grow.
"""

from __future__ import annotations

from typing import Any

from schemas.durations import DAY, week_of
from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.commerce import CartUpdated, CheckoutStarted, OrderPlaced, ProductViewed
from streams.context import Context
from streams.insights.harm import costs
from streams.insights.harm.names import NEXT, TOOK, WENT
from streams.insights.paths import where_of
from streams.state import Attempt
from streams.state.aggregates import CHANNEL_CHARS, NAME_CHARS, Aggregates

WITHIN = 7 * DAY  # ms; most orders follow within a day, and a cart is remembered for a week [ours]
KINDS: dict[type[Touchpoint], str] = {ProductViewed: "product", CartUpdated: "cart", CheckoutStarted: "checkout", OrderPlaced: "order"}
BEFORE = {then: step for step, then in NEXT.items()}


def count_step(ctx: Context, aggregates: Aggregates, touchpoint: Touchpoint, stage: str) -> None:
    """Count a step, and that it followed the step before."""
    step, attempts = KINDS[type(touchpoint)], ctx.journey.attempts
    told: Any = touchpoint
    cart = getattr(told, "cart", "")
    if (before := attempts.get(BEFORE.get(step, ""))) and _follows(before, "" if step == "cart" else cart, told.at):
        before.done = True
        _row(aggregates, before).count(f"{WENT}{BEFORE[step]}>{step}")
    if step == "order":
        costs.count_kept(aggregates, [each for each in attempts.values() if _is_same(each, cart)])
        if (open_cart := attempts.get("cart")) and _is_same(open_cart, cart):
            open_cart.done = True
    elif step != "cart" or told.items != 0:
        _begin(ctx, aggregates, step, told, cart or str(ctx.journey.episode.started), stage)


def _begin(ctx: Context, aggregates: Aggregates, step: str, told: Any, thing: str, stage: str) -> None:
    """Begin an attempt, or bring the value of the one that goes on up to date."""
    attempts, known = ctx.journey.attempts, ctx.journey.attempts.get(step)
    if known is not None and known.thing == thing:
        if getattr(told, "value", None) is not None:
            known.value, known.currency = told.value, costs.currency_of(ctx, told)
        return
    channel, place = where_of(ctx.journey, told.channel, told.place)
    attempt = attempts[step] = Attempt(
        told.at, thing, str(week_of(told.at // DAY)), channel[:CHANNEL_CHARS], stage, place[:NAME_CHARS],
    )  # fmt: skip
    if step != "product":
        attempt.value, attempt.currency = told.value, costs.currency_of(ctx, told)
        if (cart := attempts.get("cart")) and step == "checkout" and cart.thing == thing:
            attempt.met, cart.met = cart.met, None
    _row(aggregates, attempt).count(f"{TOOK}{step}>{NEXT[step]}")


def _is_same(attempt: Attempt, cart: str) -> bool:
    return not cart or attempt.thing == cart


def _follows(before: Attempt, cart: str, at: int) -> bool:
    """Return whether a step follows this one. An empty `cart`: any cart, or the step before names none."""
    return not before.done and 0 <= at - before.at <= WITHIN and _is_same(before, cart)


def _row(aggregates: Aggregates, attempt: Attempt) -> Any:
    return aggregates.row(("place", attempt.week, attempt.channel, attempt.stage, attempt.place))
