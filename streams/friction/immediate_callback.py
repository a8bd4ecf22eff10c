"""Contacts that follow minutes after another one ended."""

from __future__ import annotations

from schemas.touchpoints.service import ContactClosed, ContactOpened
from streams.detectors import MINUTE, Found, Limits, after, closing, pattern
from streams.detectors.shared.endings import is_resolved_about
from streams.detectors.shared.evidence import before
from streams.state import Journey
from streams.state.marks import last


@pattern(
    "immediate_callback",
    on=ContactOpened,
    closes=after(days=7),
    closed_by=(closing(ContactClosed, is_resolved_about),),
    reads={ContactClosed: last(4, "contact", "follow_up_promised", "dropped")},
    limits={"minutes": 10},
    severity=3,
)
def immediate_callback(journey: Journey, contact: ContactOpened, limits: Limits) -> Found | None:
    """The customer contacted us again minutes after the last contact had ended: it had not solved the matter.

    **Definition**: An assisted contact (with a person) is opened within `minutes` after another contact ended.
    **Default**: 10 minutes.
    **Source**: Talkdesk: a quarter of all customers who call again do so within 10 minutes.
    **Guard**: A call back that we asked for does not count. A dropped line counts, for the effort is the same. A resolved contact about
    another intent does not end the friction.

    >>> from streams.replay import signals_of
    >>> signals_of('''
    ... 0   call contact_closed orders contact=h1 dropped=true
    ... 10m call contact_opened orders contact=h2
    ... ''')
    ['immediate_callback']
    >>> signals_of('''
    ... 0   call contact_closed orders contact=h1
    ... 11m call contact_opened orders contact=h2
    ... ''')
    []
    """
    if not contact.assisted or contact.follow_up_promised:
        return None
    ended = [mark for mark in before(journey.rings.contact_closed, contact, limits["minutes"] * MINUTE) if mark.contact != contact.contact]
    if not ended or ended[-1].follow_up_promised:
        return None
    words = "Called back at once: the line had dropped" if ended[-1].dropped else "Came back at once after the contact had ended"
    return Found([ended[-1].id, contact.id], words, ref=contact.intent)
