"""Broken promises."""

from __future__ import annotations

from streams.detectors import Found, Limits, Risk, follows
from streams.state import Journey, OpenSignal


@follows(
    "promise_broken",
    frictions=("delivery_late",),
    limits={"early_purchases": 1},
    severity=3,
    risk=Risk("service", weight=1.5, half_life_days=45),
)
def promise_broken(journey: Journey, late: OpenSignal, limits: Limits) -> Found:
    """We promised a delivery and did not keep the promise.

    **Definition**: a late delivery; half strength when it has just become late, three quarters and full as it grows worse. Early in the
    relationship (at most `early_purchases` bought) it counts in full at once.
    **Default**: follows `delivery_late`; the first purchase is early.
    **Source**: PwC (Future of Customer Experience, 2018): a third leave a brand they love after one bad experience. Weight 1.5 and
    half-life 45 days are priors [ours].
    **Guard**: as for `delivery_late`: a new promise that the customer agreed to is no broken one. The goods' arrival does not unmake it:
    it fades.

    >>> from streams.replay import heard
    >>> heard("0 web delivery_promised north order=o1 by=1767686400000", until="25h")
    ['delivery_late', 'promise_broken']
    >>> heard('''
    ... 0   web  delivery_promised north order=o1 by=1767686400000
    ... 20h post order_delivered   north order=o1
    ... ''', until="25h")
    []
    """
    early = journey.cadence.count <= limits["early_purchases"]
    strength = 1.0 if early else {3: 0.5, 4: 0.75}.get(late.severity, 1.0)
    return Found(late.evidence, "A promised delivery did not come in time", late.severity, strength)
