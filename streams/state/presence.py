"""Who acted: a customer who does something with us is present; what we, a carrier or a machine did says nothing about them."""

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
"""Done by us, a carrier or a machine."""

LEAVING = """
unsubscribed marked_as_spam push_disabled app_uninstalled loyalty_left subscription_cancelled account_deleted erasure_requested
champion_changed review_meeting_missed
"""
"""Done by the customer, on the way out: no coming back."""

_NAMES = frozenset(f"{OURS} {LEAVING}".split())
_ABSENT = frozenset(BY_KIND[name] for name in _NAMES)  # a name that is no kind ends the program here


def present(touchpoint: Touchpoint) -> bool:
    """Whether the customer did something with us.

    >>> from streams.story import story
    >>> [present(t) for t in story('''
    ... 0  web   page_viewed  page=/
    ... 1m email message_sent message=m1
    ... 2m email unsubscribed
    ... ''')]
    [True, False, False]
    """
    return is_present(type(touchpoint))


def is_present(kind: type[Touchpoint]) -> bool:
    """Whether touchpoints of this kind are the customer's own doing, with us."""
    return kind not in _ABSENT
