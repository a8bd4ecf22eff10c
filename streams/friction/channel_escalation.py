"""Contacts after self-service did not help."""

from __future__ import annotations

from typing import Any

from schemas.touchpoints.browsing import ContentViewed, PageViewed
from schemas.touchpoints.service import ContactClosed, ContactOpened
from streams.detectors import HOUR, Found, Limits, after, closing, pattern
from streams.detectors.shared.endings import is_resolved
from streams.detectors.shared.evidence import before
from streams.state import Journey
from streams.state.marks import last


def _matters(contact: Any) -> set[str]:
    return {contact.matter, contact.order, contact.invoice} - {""}


@pattern(
    "channel_escalation",
    on=ContactOpened,
    closes=after(days=7),
    closed_by=(closing(ContactClosed, is_resolved),),
    reads={
        ContactOpened: last(6, "assisted", "matter", "order", "invoice"),
        ContentViewed: last(6, "matter"),
        PageViewed: last(8, "matter"),
    },
    limits={"hours": 24},
    severity=2,
)
def channel_escalation(journey: Journey, contact: ContactOpened, limits: Limits) -> Found | None:
    """The customer tried to help themselves, then had to contact a person about the same matter.

    **Definition**: The customer opens an assisted contact (with a person) about an order, an invoice or a topic. Within `hours` before it
    they tried a page, help content or a bot about the same.
    **Default**: 24 hours.
    **Source**: CEB (The Effortless Experience, 2013): having to switch channels drives effort.
    **Guard**: Two channels without a shared order, invoice or topic are two wishes. The journey remembers the latest 8 pages. The friction
    ends when this contact is resolved.

    >>> from streams.replay import signals_of
    >>> signals_of('''
    ... 0  web  content_viewed /help  content=where_is_it matter=o1
    ... 2h call contact_opened orders contact=h1 order=o1
    ... ''')
    ['channel_escalation']
    >>> signals_of('''
    ... 0  web  content_viewed /help  content=where_is_it matter=o1
    ... 2h call contact_opened orders contact=h1 order=o2
    ... ''')
    []
    """
    if not contact.assisted or not (about := _matters(contact)):
        return None
    rings, within = journey.rings, limits["hours"] * HOUR
    seen = [mark for mark in (*rings.content_viewed, *rings.page_viewed) if mark.matter in about]
    tried = before(seen, contact, within)
    tried += [mark for mark in before(rings.contact_opened, contact, within) if not mark.assisted and _matters(mark) & about]
    evidence = [mark.id for mark in sorted(tried, key=lambda mark: (mark.at, mark.id))]
    if not evidence:
        return None
    return Found([*evidence, contact.id], f"Turned to a person about {min(about)} after trying alone", ref=contact.contact)
