"""Parcels that nobody has scanned for too long."""

from __future__ import annotations

from schemas.touchpoints.aftersale import OrderCancelled
from schemas.touchpoints.delivery import DeliveryAttempted, OrderDelivered, ParcelScanned, PickupReady
from streams.detectors import Found, Limits, Opening, absence, after, closing
from streams.state import Deadline, Journey


def _scanned(_journey: Journey, scan: ParcelScanned, limits: Limits) -> Opening:
    return Opening(scan.at + after(hours=limits["hours"]), scan.order or scan.parcel)


@absence(
    "scan_gap",
    opened_by={ParcelScanned: _scanned},
    closed_by=(
        closing(ParcelScanned, lambda scan, ref: (scan.order or scan.parcel) == ref),
        closing(OrderDelivered, lambda delivery, ref: ref in (delivery.order, delivery.parcel)),
        closing(DeliveryAttempted, lambda attempt, ref: ref in (attempt.order, attempt.parcel)),
        closing(PickupReady, lambda pickup, ref: pickup.order == ref),
        closing(OrderCancelled, lambda order, ref: order.order == ref),
    ),
    rests=True,
    limits={"hours": 48},
    severity=2,
)
def scan_gap(_journey: Journey, scan: Deadline, limits: Limits) -> Found:
    """A parcel is under way, and nobody has scanned it for too long.

    **Definition**: There is no scan, attempt or delivery for `hours` after a scan of the order's parcel. If no order is named, the parcel's
    own number holds.
    **Default**: 48 hours.
    **Source**: lateshipment names it. The hours are [ours].
    **Guard**: A parcel is accounted for when it is delivered, tried, waiting for pick-up or cancelled. Nobody scans on the blueprint's
    `days_off`, the carriers' holidays. So those days do not count.

    >>> from streams.replay import signals_of
    >>> signals_of("0 post parcel_scanned north parcel=q1 order=o1", until="49h")
    ['scan_gap']
    >>> signals_of('''
    ... 0   post parcel_scanned  north parcel=q1 order=o1
    ... 40h post order_delivered north order=o1
    ... ''', until="99h")
    []
    """
    return Found([scan.evidence], f"Parcel not seen for {limits['hours']:g} hours")
