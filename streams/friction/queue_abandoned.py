"""Abandoned queues."""

from __future__ import annotations

from schemas.touchpoints.service import ContactAbandoned, ContactClosed
from streams.detectors import Found, Limits, after, closing, pattern
from streams.state import Journey


@pattern(
    "queue_abandoned",
    on=ContactAbandoned,
    closes=after(days=7),
    closed_by=(closing(ContactClosed, lambda contact, _ref: contact.resolved is True),),
    limits={"service_level_s": 20, "slip_s": 5},
    severity=3,
)
def queue_abandoned(_journey: Journey, contact: ContactAbandoned, limits: Limits) -> Found | None:
    """The customer waited longer than our service level and gave up.

    **Definition**: The customer left a queue after the service level that it states. If it states none, `service_level_s` holds.
    **Default**: 20 seconds if none is stated.
    **Source**: The call centre's rule: 80 % of calls are answered within 20 seconds.
    **Guard**: A customer who hangs up within `slip_s` (5 seconds) dialled by mistake, whatever the service level.

    >>> from streams.replay import signals_of
    >>> signals_of("0 call contact_abandoned orders contact=h1 waited_ms=95000")
    ['queue_abandoned']
    >>> signals_of("0 call contact_abandoned orders contact=h1 waited_ms=4000 service_level_ms=2000")
    []
    """
    level = limits["service_level_s"] * 1000 if contact.service_level_ms is None else contact.service_level_ms
    if contact.waited_ms < max(level, limits["slip_s"] * 1000):
        return None
    return Found([contact.id], f"Gave up after waiting {contact.waited_ms / 1000:.0f} s")
