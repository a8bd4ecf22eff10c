"""Who acted: a customer who does something with us is present; what we, a carrier or a machine did says nothing about them."""

from __future__ import annotations

from schemas.touchpoints import kind_of
from schemas.touchpoints.aftersale import OrderRefunded
from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.billing import InvoiceIssued, PaymentDue, PaymentOverdue, RenewalFailed
from schemas.touchpoints.consent import ErasureRequested
from schemas.touchpoints.delivery import DeliveryAttempted, DeliveryPromised, OrderDelivered, ParcelScanned, PickupReady
from schemas.touchpoints.employees import EmployeeFeedbackGiven
from schemas.touchpoints.identity import IdentityLinked
from schemas.touchpoints.loyalty import AppUninstalled, LoyaltyLeft
from schemas.touchpoints.membership import AccountDeleted, ContractEnds, SubscriptionCancelled, SubscriptionRenewed, TrialEnded
from schemas.touchpoints.messaging import MarkedAsSpam, MessageBounced, MessageDelivered, MessageSent, PushDisabled, Unsubscribed
from schemas.touchpoints.outcomes import OfferDelivered, OfferExpired, OfferRefusedByChannel
from schemas.touchpoints.service import (
    ComplaintAcknowledged,
    ComplaintResolved,
    ContactQueued,
    ContactTransferred,
    MessageAnswered,
    WaitingOnCustomer,
)
from schemas.touchpoints.usage import ChampionChanged, MainContactSet, ReviewMeetingMissed, SeatsCounted
from streams.state import Journey

OURS: frozenset[type[Touchpoint]] = (
    frozenset({MessageSent, MessageDelivered, MessageBounced, MessageAnswered, OfferDelivered, OfferExpired, OfferRefusedByChannel})
    | {DeliveryPromised, ParcelScanned, DeliveryAttempted, OrderDelivered, PickupReady, OrderRefunded}
    | {InvoiceIssued, PaymentDue, PaymentOverdue, RenewalFailed, SubscriptionRenewed, ContractEnds, TrialEnded}
    | {ComplaintAcknowledged, ComplaintResolved, ContactQueued, ContactTransferred, WaitingOnCustomer}
    | {EmployeeFeedbackGiven, IdentityLinked, SeatsCounted, MainContactSet}
)
"""Done by us, a carrier or a machine."""

LEAVING: frozenset[type[Touchpoint]] = frozenset(
    {Unsubscribed, MarkedAsSpam, PushDisabled, AppUninstalled, LoyaltyLeft, SubscriptionCancelled, AccountDeleted, ErasureRequested}
) | {ChampionChanged, ReviewMeetingMissed}
"""Done by the customer, on the way out: no coming back."""

_ABSENT = OURS | LEAVING
_NAMES = frozenset(kind_of(kind) for kind in _ABSENT)


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
    return type(touchpoint) not in _ABSENT


def acts(journey: Journey) -> int:
    """How many touchpoints of this journey were the customer's own doing.

    >>> acts(Journey(kinds={"page_viewed": 3, "message_sent": 9}))
    3
    """
    return sum(count for kind, count in journey.kinds.items() if kind not in _NAMES)
