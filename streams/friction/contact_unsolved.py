"""Contacts that ended without a solution."""

from __future__ import annotations

from schemas.touchpoints.service import ContactClosed, ContactOpened
from streams.detectors import Found, Limits, after, closing, pattern
from streams.detectors.shared.endings import is_resolved_about
from streams.state import Journey
from streams.state.marks import last


@pattern(
    "contact_unsolved",
    on=ContactClosed,
    closes=after(days=7),
    closed_by=(closing(ContactClosed, is_resolved_about),),
    reads={ContactOpened: last(6, "contact", "assisted", "follow_up_promised")},
    severity=3,
)
def contact_unsolved(journey: Journey, contact: ContactClosed, _limits: Limits) -> Found | None:
    """A contact ended, and the customer's matter is not solved.

    **Definition**: A contact is closed as not resolved. The friction is open until a contact about the same intent is resolved.
    **Default**: Any such contact. It stays open for 7 days at most.
    **Source**: A matter that is not solved is the strongest reason of callers to leave (SQM Group). Nothing is sold meanwhile. The 7 days
    are [ours].
    **Guard**: A matter that we promised to come back to is in hand. A matter that a machine left open goes on with a person. The journey
    remembers the latest 6 contacts.

    >>> from streams.replay import signals_of
    >>> signals_of("0 call contact_closed orders contact=h1 intent=delivery resolved=false")
    ['contact_unsolved']
    >>> signals_of("0 call contact_closed orders contact=h1 intent=delivery resolved=false follow_up_promised=true")
    []
    """
    if contact.resolved is not False or contact.follow_up_promised:
        return None
    begun = [mark for mark in journey.rings.contact_opened if mark.contact == contact.contact and mark.at <= contact.at]
    if begun and not begun[-1].assisted:
        return None
    return Found([*(mark.id for mark in begun[:1]), contact.id], "A contact ended without a solution", ref=contact.intent)
