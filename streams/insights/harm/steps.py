"""Steps towards an order. Of those who took one, which share took the next?

**Definition**: a step is an attempt of one customer with one cart; a product counts once a visit. The next step follows it if the same
customer takes it within 7 days, with the same cart if both name one. It is counted where and when the first step was taken. So a share
never exceeds 1, and the newest week can still grow.
"""

from __future__ import annotations

from typing import Any

from schemas.durations import DAY
from schemas.touchpoints.commerce import CartUpdated, CheckoutStarted, OrderPlaced, ProductViewed
from streams.context import Context
from streams.insights.harm import costs
from streams.insights.harm.names import TOOK, WENT
from streams.insights.paths import where_of
from streams.state import Attempt

WITHIN = 7 * DAY  # ms; most orders follow within a day, and a cart is remembered for a week [ours]


def count_product(ctx: Context, viewed: ProductViewed) -> None:
    """Count that a product was viewed, once an episode. A late view is of the episode that was counted."""
    known = ctx.journey.attempts.get("product")
    if known is None or known.at < ctx.journey.episode.started <= viewed.at:
        _begin(ctx, "product", viewed, "")


def count_cart(ctx: Context, updated: CartUpdated) -> None:
    """Count a cart, and that it followed a product. A cart that was counted brings its value up to date."""
    attempts, cart = ctx.journey.attempts, updated.cart
    if (product := attempts.get("product")) is not None and not product.done:
        _follow(ctx, product, "product>cart", "", updated.at)
    if updated.items == 0:
        return
    known = attempts.get("cart")
    if known is not None and known.thing == (cart or _episode(ctx)):
        _update(ctx, known, updated)
    else:
        _price(ctx, _begin(ctx, "cart", updated, cart or _episode(ctx)), updated)


def count_checkout(ctx: Context, started: CheckoutStarted) -> None:
    """Count a checkout, and that it followed the cart. The friction that the cart has met goes with it."""
    attempts, thing = ctx.journey.attempts, started.cart or _episode(ctx)
    cart, known = attempts.get("cart"), attempts.get("checkout")
    if cart is not None:
        _follow(ctx, cart, "cart>checkout", started.cart, started.at)
    if known is not None and known.thing == thing:
        _update(ctx, known, started)
        return
    checkout = _begin(ctx, "checkout", started, thing)
    _price(ctx, checkout, started)
    if cart is not None and cart.thing == thing:
        checkout.met, cart.met = cart.met, None


def count_order(ctx: Context, placed: OrderPlaced) -> None:
    """Count that an order followed the checkout. Its cart was not left after all."""
    if not (attempts := ctx.journey.attempts):
        return
    cart = placed.cart
    if (checkout := attempts.get("checkout")) is not None:
        _follow(ctx, checkout, "checkout>order", cart, placed.at)
    ordered = [each for each in attempts.values() if _is_same(each, cart)]
    costs.count_kept(ctx.partition.aggregates, ordered)
    if (open_cart := attempts.get("cart")) in ordered and open_cart is not None:
        open_cart.done = True


def _begin(ctx: Context, step: str, told: Any, thing: str) -> Attempt:
    """Begin an attempt, and count it where the customer is."""
    channel, place = (told.channel, told.place) if told.place else where_of(ctx.journey, told.channel, "")
    row = ctx.partition.aggregates.place(told.at, channel, ctx.journey.stage.name, place)
    row.count(f"{TOOK}{_NEXT[step]}")
    attempt = ctx.journey.attempts[step] = Attempt(told.at, thing, row.spot, row.stage)
    return attempt


def _follow(ctx: Context, before: Attempt, name: str, cart: str, at: int) -> None:
    """Count that the next step followed this one. An empty `cart`: any cart, or the next step names none."""
    if not before.done and 0 <= at - before.at <= WITHIN and _is_same(before, cart):
        before.done = True
        costs.row_of(ctx.partition.aggregates, before).count(f"{WENT}{name}")


def _update(ctx: Context, attempt: Attempt, told: Any) -> None:
    if told.value is not None and told.value != attempt.value:
        _price(ctx, attempt, told)


def _price(ctx: Context, attempt: Attempt, told: Any) -> None:
    attempt.value, attempt.currency = told.value, costs.currency_of(ctx, told)


def _is_same(attempt: Attempt, cart: str) -> bool:
    return not cart or attempt.thing == cart


def _episode(ctx: Context) -> str:
    """Return what names a cart that no event names: there is one in an episode."""
    return str(ctx.journey.episode.started)


_NEXT = {"product": "product>cart", "cart": "cart>checkout", "checkout": "checkout>order"}
