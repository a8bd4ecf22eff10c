"""Refused coupons."""

from __future__ import annotations

from schemas.touchpoints.commerce import CouponApplied, CouponDenied, OrderPlaced, PurchaseMade
from streams.detectors import MINUTE, Found, Limits, closing, pattern
from streams.detectors.shared.evidence import before
from streams.state import Journey
from streams.state.marks import last


@pattern(
    "coupon_denied",
    on=CouponDenied,
    closed_by=(
        closing(CouponApplied, lambda coupon, ref: not ref or coupon.cart in ("", ref)),
        closing(OrderPlaced, lambda order, ref: not ref or order.cart in ("", ref)),
        closing(PurchaseMade),
    ),
    reads={CouponDenied: last(3, "expired_days")},
    limits={"expired_days": 14, "again_minutes": 30},
    severity=2,
)
def coupon_denied(journey: Journey, coupon: CouponDenied, limits: Limits) -> Found | None:
    """The customer entered a coupon, expected the discount, and was refused.

    **Definition**: Any refused code. The severity rises by one if another code was refused within `again_minutes`.
    **Default**: The first refusal. Severity 2, then 3.
    **Source**: [ours].
    **Guard**: We need not honour a code that expired more than `expired_days` (two weeks) ago, and the customer knows that. Events on
    another cart do not end the friction.

    >>> from streams.replay import signals_of
    >>> signals_of("0 web coupon_denied /cart code=SPRING reason=minimum")
    ['coupon_denied']
    >>> signals_of("0 web coupon_denied /cart code=XMAS reason=expired expired_days=40")
    []
    """
    if coupon.expired_days > limits["expired_days"]:
        return None
    denied = before(journey.rings.coupon_denied, coupon, limits["again_minutes"] * MINUTE)
    earlier = [mark.id for mark in denied if mark.expired_days <= limits["expired_days"]]
    words = f"{len(earlier) + 1} coupons were refused" if earlier else f"The coupon was refused: {coupon.reason or 'no reason given'}"
    return Found([*earlier, coupon.id], words, 3 if earlier else 2, ref=coupon.cart)
