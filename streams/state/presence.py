"""Which kinds of touchpoint the customer does themselves. What we, a carrier or a machine did says nothing about the customer."""

from __future__ import annotations

from schemas.touchpoints import BY_KIND
from schemas.touchpoints.base import Touchpoint

OURS = """
message_sent message_delivered message_bounced message_answered offer_delivered offer_expired offer_refused_by_channel
delivery_promised parcel_scanned delivery_attempted order_delivered pickup_ready order_refunded
invoice_issued payment_due payment_overdue renewal_failed subscription_renewed contract_ends trial_ended
complaint_acknowledged complaint_resolved contact_queued contact_transferred contact_closed waiting_on_customer
employee_feedback_given identity_linked seats_counted main_contact_set
"""
"""Kinds done by us, a carrier or a machine."""

LEAVING = """
unsubscribed marked_as_spam push_disabled app_uninstalled loyalty_left subscription_cancelled account_deleted erasure_requested
champion_changed review_meeting_missed
"""
"""Kinds done by a customer who is leaving: they do not count as coming back."""

_NAMES = frozenset(f"{OURS} {LEAVING}".split())
_ABSENT = frozenset(BY_KIND[name] for name in _NAMES)  # a name that is not a kind raises KeyError when the program starts


def is_own_act(touchpoint: Touchpoint) -> bool:
    """Return whether the customer did something with us.

    >>> from streams.story import story
    >>> [is_own_act(t) for t in story('''
    ... 0  web   page_viewed  page=/
    ... 1m email message_sent message=m1
    ... 2m email unsubscribed
    ... ''')]
    [True, False, False]
    """
    return is_own_act_kind(type(touchpoint))


def is_own_act_kind(kind: type[Touchpoint]) -> bool:
    """Return whether touchpoints of this kind are done by the customer, with us."""
    return kind not in _ABSENT
