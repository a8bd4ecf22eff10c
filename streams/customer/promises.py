"""Promises and sacrifices: what we promised and how the result compares, and what customers accepted instead of their wish.

| dimension | promised by | kept by | perceived |
|---|---|---|---|
| delivery | delivery_promised, delivery_rescheduled | order_delivered (complete) | on time, or late by a share of the time promised |
| refund | item_returned (refund_due) | order_refunded (whole) | the same |
| complaint | complaint_opened (due) | complaint_resolved | the same |
| waiting | service level of the queue | contact_abandoned | waited longer, by a share of the service level |
| availability | order_placed | order_cancelled by us | nothing of it |

Sacrifices are: products in place of the wanted ones (`substituted`), a later delivery that the customer accepted, a smaller plan.
Three things are not known. No kind says how long a served customer waited. Nobody reports what was left unbought. A plan's price may
be missing.
"""

from __future__ import annotations

from schemas.durations import DAY
from schemas.touchpoints.aftersale import ItemReturned, OrderCancelled, OrderRefunded
from schemas.touchpoints.commerce import OrderPlaced, PurchaseMade
from schemas.touchpoints.complaints import ComplaintOpened, ComplaintResolved
from schemas.touchpoints.delivery import DeliveryPromised, DeliveryRescheduled, OrderDelivered
from schemas.touchpoints.membership import SubscriptionDowngraded, SubscriptionRenewed, SubscriptionStarted, SubscriptionUpgraded
from schemas.touchpoints.service import ContactAbandoned
from streams.context import Context, Reads
from streams.customer.expectations import measure_gap, measure_sacrifice
from streams.customer.value import spending
from streams.state.journey.profile import PROMISES, Promise

Plan = SubscriptionStarted | SubscriptionRenewed | SubscriptionUpgraded | SubscriptionDowngraded


def _add_promise(ctx: Context, key: str, by: int, made: int, evidence: str) -> None:
    """Add or replace a promise. If there are too many, the one with the earliest due time makes room."""
    promises = ctx.journey.promises
    if key not in promises and len(promises) >= PROMISES:
        del promises[min(promises, key=lambda known: (promises[known].by, known))]
        ctx.journey.dropped += 1
    promises[key] = Promise(by, made, evidence)


def _keep_promise(ctx: Context, dimension: str, ref: str, at: int) -> None:
    """Measure the gap of a promise that was kept: on time or late. Early counts as on time."""
    if promise := ctx.journey.promises.pop(f"{dimension}:{ref}", None):
        measure_gap(ctx, dimension, round(1.0 - _delay_share(promise, at), 4), (1.0, "promised", promise.evidence))


def _delay_share(promise: Promise, at: int) -> float:
    """Return the delay as a share (0..1) of the time that was promised (at least a day).

    >>> _delay_share(Promise(by=4 * DAY, made=0, evidence="e1"), 5 * DAY), _delay_share(Promise(4 * DAY, 0, "e1"), 3 * DAY)
    (0.25, 0.0)
    """
    return min(1.0, max(0, at - promise.by) / max(DAY, promise.by - promise.made))


def _read_delivery_promise(ctx: Context, promised: DeliveryPromised | DeliveryRescheduled) -> None:
    """Note a promised delivery. The first promise counts until the customer agrees to another, or we promise an earlier one.

    A later delivery that the customer agreed to is a sacrifice.
    """
    key, agreed = f"delivery:{promised.order}", isinstance(promised, DeliveryPromised) and promised.accepted_by_customer
    wished = isinstance(promised, DeliveryRescheduled) and promised.by_customer
    first = ctx.journey.promises.get(key)
    if first is None or agreed or wished or promised.by < first.by:
        _add_promise(ctx, key, promised.by, first.made if first else promised.at, promised.id)
    if first and agreed:
        measure_sacrifice(ctx, "delivery", 1.0, round(1.0 - _delay_share(first, promised.by), 4), first.evidence)


def _read_delivery(ctx: Context, delivery: OrderDelivered) -> None:
    if delivery.complete:
        _keep_promise(ctx, "delivery", delivery.order, delivery.at)


def _read_return(ctx: Context, item: ItemReturned) -> None:
    if item.refund_due is not None:
        _add_promise(ctx, f"refund:{item.order}", item.refund_due, item.at, item.id)


def _read_refund(ctx: Context, refund: OrderRefunded) -> None:
    if refund.whole:
        _keep_promise(ctx, "refund", refund.order, refund.at)


def _read_complaint(ctx: Context, complaint: ComplaintOpened) -> None:
    if complaint.due is not None:
        _add_promise(ctx, f"complaint:{complaint.complaint}", complaint.due, complaint.at, complaint.id)


def _read_resolution(ctx: Context, complaint: ComplaintResolved) -> None:
    _keep_promise(ctx, "complaint", complaint.complaint, complaint.at)


def _read_wait(ctx: Context, contact: ContactAbandoned) -> None:
    if contact.service_level_ms:
        over = max(0, contact.waited_ms - contact.service_level_ms) / contact.service_level_ms
        measure_gap(ctx, "waiting", round(1.0 - min(1.0, over), 4), (1.0, "promised", ""))


def _read_order(ctx: Context, order: OrderPlaced | PurchaseMade) -> None:
    """Measure the share of the basket that was taken in place of the wanted products."""
    if order.substituted:
        share = order.substituted / max(order.items, order.substituted)
        measure_sacrifice(ctx, "availability", 1.0, round(1.0 - share, 4))


def _read_cancellation(ctx: Context, order: OrderCancelled) -> None:
    """Remove the promise of a cancelled order. An order that we cancelled was expected and never came."""
    ctx.journey.promises.pop(f"delivery:{order.order}", None)
    if not order.by_customer:
        measure_gap(ctx, "availability", 0.0, (1.0, "promised", ""))


def _read_plan(ctx: Context, plan: SubscriptionStarted | SubscriptionRenewed | SubscriptionUpgraded) -> None:
    _set_plan_price(ctx, plan, _price_of(ctx, plan))


def _price_of(ctx: Context, plan: Plan) -> int | None:
    """Return the price of a plan in the journey's own currency. None: it is not known, or has no rate."""
    if plan.value is None:
        return None
    exchange = ctx.rules.exchange
    return spending.own_amount(ctx.journey, plan.value, spending.settle_currency(ctx.journey, exchange, plan.currency), exchange)


def _set_plan_price(ctx: Context, plan: Plan, price: int | None) -> None:
    """Note the price of the plan. One in a currency without a rate is unknown from now on. A price that nobody told changes nothing."""
    if plan.value and not ctx.late:
        ctx.journey.plan_price = price or 0


def _read_downgrade(ctx: Context, plan: SubscriptionDowngraded) -> None:
    """Measure a smaller plan as a sacrifice, by its price against the price before."""
    price, before = _price_of(ctx, plan), ctx.journey.plan_price
    if before and price:
        measure_sacrifice(ctx, "plan", 1.0, round(min(1.0, price / before), 4))
    _set_plan_price(ctx, plan, price)


READS: Reads = {
    DeliveryPromised: (_read_delivery_promise,), DeliveryRescheduled: (_read_delivery_promise,), OrderDelivered: (_read_delivery,),
    ItemReturned: (_read_return,), OrderRefunded: (_read_refund,), ComplaintOpened: (_read_complaint,),
    ComplaintResolved: (_read_resolution,), ContactAbandoned: (_read_wait,), OrderPlaced: (_read_order,), PurchaseMade: (_read_order,),
    OrderCancelled: (_read_cancellation,), SubscriptionStarted: (_read_plan,), SubscriptionRenewed: (_read_plan,),
    SubscriptionUpgraded: (_read_plan,), SubscriptionDowngraded: (_read_downgrade,),
}  # fmt: skip
