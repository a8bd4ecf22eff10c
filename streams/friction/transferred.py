"""Transferred contacts."""

from __future__ import annotations

from schemas.touchpoints.service import ContactClosed, ContactTransferred
from streams.detectors import Found, Limits, after, closing, pattern
from streams.detectors.shared.endings import is_resolved
from streams.state import Journey
from streams.state.marks import last


@pattern(
    "transferred",
    on=ContactTransferred,
    closes=after(days=7),
    closed_by=(closing(ContactClosed, is_resolved),),
    reads={ContactTransferred: last(4, "contact", "warm")},
    limits={"worse_at": 2},
    severity=2,
)
def transferred(journey: Journey, passed: ContactTransferred, limits: Limits) -> Found | None:
    """The customer was transferred from one of us to another.

    **Definition**: Any transfer of a contact. The `worse_at`-th transfer of one contact has severity 3.
    **Default**: The first transfer, severity 2. The second has severity 3.
    **Source**: CEB (The Effortless Experience, 2013): being transferred drives effort.
    **Guard**: A warm hand-over, with the matter explained, is by design. The friction ends when this contact is resolved, not with any
    other.

    >>> from streams.replay import signals_of
    >>> signals_of("0 call contact_transferred orders contact=h1 to=billing")
    ['transferred']
    >>> signals_of("0 call contact_transferred orders contact=h1 to=billing warm=true")
    []
    """
    if passed.warm:
        return None
    earlier = [m for m in journey.rings.contact_transferred if m.contact == passed.contact and not m.warm and m.at <= passed.at]
    times = len(earlier) + 1
    severity = 3 if times >= limits["worse_at"] else 2
    return Found([*(mark.id for mark in earlier), passed.id], f"Passed on {times} times", severity, ref=passed.contact)
