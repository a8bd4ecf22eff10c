"""Repeated contacts about the same intent."""

from __future__ import annotations

from schemas.touchpoints.service import ContactClosed, ContactOpened
from streams.detectors import DAY, Found, Limits, after, closing, pattern
from streams.detectors.shared.endings import is_resolved_about
from streams.detectors.shared.evidence import before
from streams.state import Journey
from streams.state.marks import last


@pattern(
    "repeat_contact",
    on=ContactOpened,
    closes=after(days=7),
    closed_by=(closing(ContactClosed, is_resolved_about),),
    reads={ContactOpened: last(6, "contact", "intent"), ContactClosed: last(6, "contact", "follow_up_promised")},
    limits={"days": 7, "worse_at": 3},
    severity=3,
)
def repeat_contact(journey: Journey, contact: ContactOpened, limits: Limits) -> Found | None:
    """The customer had to contact us again for the same reason: the first contact did not settle it.

    **Definition**: The customer opens another contact with the same stated intent within `days`. The `worse_at`-th contact has severity 4.
    **Default**: 7 days. The third contact has severity 4.
    **Source**: Talkdesk counts 7 days, OpsDog 10 business days.
    **Guard**: A follow-up that we promised or asked for is good service. Contacts without an intent prove nothing. The friction is about
    the intent, not about one of the contacts. So a third contact raises the count of the same friction. Any contact that settles the intent
    ends it.

    >>> from streams.replay import signals_of
    >>> signals_of('''
    ... 0  call  contact_opened orders contact=h1 intent=delivery
    ... 5d email contact_opened orders contact=h2 intent=delivery
    ... ''')
    ['repeat_contact', 'first_contact_failed']
    >>> signals_of('''
    ... 0  call  contact_opened orders contact=h1 intent=delivery
    ... 1h call  contact_closed orders contact=h1 follow_up_promised=true
    ... 5d email contact_opened orders contact=h2 intent=delivery
    ... ''')
    []
    """
    if not contact.intent or contact.follow_up_promised:
        return None
    not_counted = {contact.contact, *(mark.contact for mark in journey.rings.contact_closed if mark.follow_up_promised)}
    recent = before(journey.rings.contact_opened, contact, limits["days"] * DAY)
    earlier = [mark for mark in recent if mark.intent == contact.intent and mark.contact not in not_counted]
    if not earlier:
        return None
    times = len({mark.contact for mark in earlier}) + 1
    severity = 4 if times >= limits["worse_at"] else 3
    return Found([*(mark.id for mark in earlier), contact.id], f"Contact {times} about {contact.intent}", severity, ref=contact.intent)
