"""Broken delivery promises."""

from __future__ import annotations

from schemas.touchpoints.delivery import DeliveryAttempted
from streams.detectors import Found, Limits, Risk, follows
from streams.state import Journey, OpenSignal
from streams.state.marks import last

FAILED = "delivery_failed"
NOT_OURS = ("nobody_home", "refused")  # the carrier came as promised


def _came_as_promised(journey: Journey, order: str) -> bool:
    """Return whether every failed attempt of this order failed at the customer's door."""
    return all(mark.reason in NOT_OURS for mark in journey.rings.delivery_attempted if mark.order == order)


@follows(
    "promise_broken",
    frictions=(FAILED, "delivery_late"),
    reads={DeliveryAttempted: last(4, "order", "reason")},
    limits={"early_purchases": 1},
    severity=3,
    risk=Risk("service", weight=1.5, half_life_days=45),
)
def promise_broken(journey: Journey, friction: OpenSignal, limits: Limits) -> Found | None:
    """We promised a delivery and did not keep the promise.

    **Definition**: A delivery is late, or the carrier could not make it. The strength is a half when the delivery has just become late or
    failed for the first time. It is three quarters and then full as that grows worse. Early in the relationship (at most `early_purchases`
    bought) it is full at once.
    **Default**: The signal follows `delivery_late` (worse after 24 hours, worst after 72). It also follows `delivery_failed` (worse at the
    second attempt). The first purchase is early.
    **Source**: PwC (Future of Customer Experience, 2018): a third leave a brand they love after one bad experience. Weight 1.5 and
    half-life 45 days are priors [ours].
    **Guard**: As for `delivery_late`: a new promise that the customer agreed to breaks none. A carrier who came and found nobody, or was
    sent away, kept the promise. The arrival of the goods does not remove the signal, which fades.

    >>> from streams.replay import signals_of
    >>> signals_of("0 web delivery_promised north order=o1 by=1767686400000", until="25h")
    ['delivery_late', 'promise_broken']
    >>> signals_of("0 post delivery_attempted north order=o1 reason=nobody_home")
    ['delivery_failed']
    """
    failed = friction.detector == FAILED
    if failed and _came_as_promised(journey, friction.ref):
        return None
    early = journey.cadence.count <= limits["early_purchases"]
    strength = 1.0 if early else {3: 0.5, 4: 0.75}.get(friction.severity, 1.0)
    words = "A promised delivery could not be made" if failed else "A promised delivery did not come in time"
    return Found(friction.evidence, words, friction.severity, strength)
