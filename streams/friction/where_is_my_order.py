"""Customers who have to ask where their order is."""

from __future__ import annotations

from typing import Any

from schemas.touchpoints.aftersale import OrderCancelled
from schemas.touchpoints.commerce import OrderPlaced
from schemas.touchpoints.delivery import DeliveryPromised, OrderDelivered, ParcelScanned, PickupReady
from schemas.touchpoints.service import ContactOpened
from streams.detectors import Found, Limits, after, closing, pattern
from streams.state import Journey
from streams.state.marks import last, last_uncited

OTHER_WISHES = frozenset(  # intents of other questions
    ("cancel", "change", "contract_end", "complaint", "exchange", "invoice", "payment", "praise", "refund", "return")
)


def _known(journey: Journey, contact: ContactOpened) -> list[Any]:
    """Return the entries that show the order is under way, oldest first. Return none if the order has ended or is unknown."""
    rings, about = journey.rings, {contact.order, contact.matter} - {""}
    if not about:
        return []
    ended = [*(mark for mark in rings.order_delivered if mark.complete), *rings.order_cancelled, *rings.pickup_ready]
    about -= {mark.order for mark in ended if mark.at <= contact.at}
    marks = [*rings.order_placed, *rings.delivery_promised, *rings.parcel_scanned]
    return sorted((mark for mark in marks if mark.order in about and mark.at <= contact.at), key=lambda mark: (mark.at, mark.id))


@pattern(
    "where_is_my_order",
    on=ContactOpened,
    closes=after(days=7),
    closed_by=(
        closing(OrderDelivered, lambda delivery, ref: delivery.order == ref and delivery.complete),
        closing(PickupReady, lambda pickup, ref: pickup.order == ref),
        closing(OrderCancelled, lambda cancelled, ref: cancelled.order == ref),
    ),
    reads={
        OrderPlaced: last(2, "order"),
        DeliveryPromised: last(2, "order", "by"),
        ParcelScanned: last(2, "order"),
        OrderDelivered: last_uncited(4, "order", "complete"),
        PickupReady: last_uncited(4, "order"),
        OrderCancelled: last_uncited(4, "order"),
    },
    limits={"late_severity": 3},
    severity=2,
)
def where_is_my_order(journey: Journey, contact: ContactOpened, limits: Limits) -> Found | None:
    """The customer had to ask about an order that is still under way.

    **Definition**: The customer opens a contact about an order that the journey knows. The order has not arrived, does not wait for
    pick-up, and was not cancelled. The severity is `late_severity` once its promised time has passed.
    **Default**: Any such contact. Severity 2, late 3.
    **Source**: 30 to 40 % of support load (vendor figure). The severities are [ours].
    **Guard**: After delivery it is another question. So is a contact that states another wish (cancel, return, invoice ...). A contact that
    we asked for proves nothing. Nor does one about an order that the journey does not know. Of promises and scans it remembers the latest
    2. A contact alone is never friction (BPIC 2012).

    >>> from streams.replay import signals_of
    >>> signals_of('''
    ... 0  web  order_placed   /pay   order=o1
    ... 3d call contact_opened orders contact=h1 order=o1 intent=delivery
    ... ''')
    ['where_is_my_order']
    >>> signals_of('''
    ... 0  web  order_placed    /pay   order=o1
    ... 2d post order_delivered north  order=o1
    ... 3d call contact_opened  orders contact=h1 order=o1 intent=delivery
    ... ''')
    []
    """
    if contact.follow_up_promised or contact.intent in OTHER_WISHES or not (marks := _known(journey, contact)):
        return None
    promises = [mark.by for mark in journey.rings.delivery_promised if mark.order == marks[-1].order and mark.at <= contact.at]
    late = bool(promises) and promises[-1] < contact.at
    evidence = [*(mark.id for mark in marks if mark.order == marks[-1].order), contact.id]
    words = f"Had to ask about order {marks[-1].order}, which is {'late' if late else 'under way'}"
    return Found(evidence, words, round(limits["late_severity"]) if late else 2, ref=marks[-1].order)
