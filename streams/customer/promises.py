"""What we promised by when, and how what came measures up to it; and what customers accepted in place of what they wanted.

| dimension | promised by | kept by | perceived |
|---|---|---|---|
| delivery | delivery_promised, delivery_rescheduled | order_delivered (complete) | on time, or late by a share of the time promised |
| refund | item_returned (refund_due) | order_refunded (whole) | the same |
| complaint | complaint_opened (due) | complaint_resolved | the same |
| waiting | service level of the queue | contact_abandoned | waited longer, by a share of the service level |
| availability | order_placed | order_cancelled by us | nothing of it |

Sacrifices are told by: products taken in place of the wanted ones (`substituted`), a later delivery they agreed to, a smaller plan. What
cannot be known: a wait that was served (no kind says how long it was), what was left unbought, a plan's price that was never reported.
"""

from __future__ import annotations

from schemas.durations import DAY
from schemas.touchpoints.aftersale import ItemReturned, OrderCancelled, OrderRefunded
from schemas.touchpoints.commerce import OrderPlaced, PurchaseMade
from schemas.touchpoints.delivery import DeliveryPromised, DeliveryRescheduled, OrderDelivered
from schemas.touchpoints.membership import SubscriptionDowngraded, SubscriptionRenewed, SubscriptionStarted, SubscriptionUpgraded
from schemas.touchpoints.service import ComplaintOpened, ComplaintResolved, ContactAbandoned
from streams.context import Context, Reads
from streams.customer.expectations import perceive, sacrifice
from streams.state.profile import PROMISES, Promise


def _promise(ctx: Context, key: str, by: int, made: int, evidence: str) -> None:
    """The promise is kept in mind; the one that was to be kept first makes room."""
    promises = ctx.journey.promises
    if key not in promises and len(promises) >= PROMISES:
        del promises[min(promises, key=lambda known: (promises[known].by, known))]
        ctx.journey.dropped += 1
    promises[key] = Promise(by, made, evidence)


def _kept(ctx: Context, dimension: str, ref: str, at: int) -> None:
    """What was promised is there: on time, or late; early counts as on time."""
    if promise := ctx.journey.promises.pop(f"{dimension}:{ref}", None):
        perceive(ctx, dimension, round(1.0 - _late(promise, at), 4), (1.0, "promised", promise.evidence))


def _late(promise: Promise, at: int) -> float:
    """Lateness as a share of the time that was promised (at least a day), 0..1.

    >>> _late(Promise(by=4 * DAY, made=0, evidence="e1"), 5 * DAY), _late(Promise(4 * DAY, 0, "e1"), 3 * DAY)
    (0.25, 0.0)
    """
    return min(1.0, max(0, at - promise.by) / max(DAY, promise.by - promise.made))


def _deliver_by(ctx: Context, told: DeliveryPromised | DeliveryRescheduled) -> None:
    """The first promise binds us, until they agree to another one or we promise it sooner; a later one they agreed to is a sacrifice."""
    key, agreed = f"delivery:{told.order}", isinstance(told, DeliveryPromised) and told.accepted_by_customer
    wished = isinstance(told, DeliveryRescheduled) and told.by_customer
    first = ctx.journey.promises.get(key)
    if first is None or agreed or wished or told.by < first.by:
        _promise(ctx, key, told.by, first.made if first else told.at, told.id)
    if first and agreed:
        sacrifice(ctx, "delivery", 1.0, round(1.0 - _late(first, told.by), 4), first.evidence)


def _delivered(ctx: Context, delivery: OrderDelivered) -> None:
    if delivery.complete:
        _kept(ctx, "delivery", delivery.order, delivery.at)


def _returned(ctx: Context, item: ItemReturned) -> None:
    if item.refund_due is not None:
        _promise(ctx, f"refund:{item.order}", item.refund_due, item.at, item.id)


def _refunded(ctx: Context, refund: OrderRefunded) -> None:
    if refund.whole:
        _kept(ctx, "refund", refund.order, refund.at)


def _complained(ctx: Context, complaint: ComplaintOpened) -> None:
    if complaint.due is not None:
        _promise(ctx, f"complaint:{complaint.complaint}", complaint.due, complaint.at, complaint.id)


def _settled(ctx: Context, complaint: ComplaintResolved) -> None:
    _kept(ctx, "complaint", complaint.complaint, complaint.at)


def _waited(ctx: Context, contact: ContactAbandoned) -> None:
    if contact.service_level_ms:
        over = max(0, contact.waited_ms - contact.service_level_ms) / contact.service_level_ms
        perceive(ctx, "waiting", round(1.0 - min(1.0, over), 4), (1.0, "promised", ""))


def _bought(ctx: Context, order: OrderPlaced | PurchaseMade) -> None:
    """The share of the basket that was taken in place of what they wanted."""
    if order.substituted:
        share = order.substituted / max(order.items, order.substituted)
        sacrifice(ctx, "availability", 1.0, round(1.0 - share, 4))


def _cancelled(ctx: Context, order: OrderCancelled) -> None:
    """A cancelled order is promised to nobody; one that we cancelled was expected and never came."""
    ctx.journey.promises.pop(f"delivery:{order.order}", None)
    if not order.by_customer:
        perceive(ctx, "availability", 0.0, (1.0, "promised", ""))


def _pays(ctx: Context, plan: SubscriptionStarted | SubscriptionRenewed | SubscriptionUpgraded) -> None:
    if plan.value > 0 and not ctx.late:
        ctx.journey.plan_price = plan.value


def _downgraded(ctx: Context, plan: SubscriptionDowngraded) -> None:
    """A smaller plan: what they settle for against what they had, by price."""
    before = ctx.journey.plan_price
    if before and plan.value:
        sacrifice(ctx, "plan", 1.0, round(min(1.0, max(0, plan.value) / before), 4))
    if plan.value > 0 and not ctx.late:
        ctx.journey.plan_price = plan.value


READS: Reads = {
    DeliveryPromised: (_deliver_by,), DeliveryRescheduled: (_deliver_by,), OrderDelivered: (_delivered,), ItemReturned: (_returned,),
    OrderRefunded: (_refunded,), ComplaintOpened: (_complained,), ComplaintResolved: (_settled,), ContactAbandoned: (_waited,),
    OrderPlaced: (_bought,), PurchaseMade: (_bought,), OrderCancelled: (_cancelled,), SubscriptionStarted: (_pays,),
    SubscriptionRenewed: (_pays,), SubscriptionUpgraded: (_pays,), SubscriptionDowngraded: (_downgraded,),
}  # fmt: skip
