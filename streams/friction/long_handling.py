"""Contacts that take far longer than others about the same intent."""

from __future__ import annotations

from schemas.control import Norm
from schemas.touchpoints.service import ContactClosed, ContactOpened
from streams.detectors import Found, Limits, Measured, after, against_norm
from streams.state import Journey
from streams.state.marks import last_uncited


def _handled(journey: Journey, contact: ContactClosed) -> Measured | None:
    """Return the handling time in minutes, per intent as it turned out, else as it was stated.

    Return None for a contact without an intent, one that broke off, or one whose time is unknown. They prove nothing.
    """
    stated = [mark.intent for mark in journey.rings.contact_opened if mark.contact == contact.contact and mark.intent]
    intent = contact.intent or (stated[-1] if stated else "")
    if not intent or not contact.handled_ms or contact.dropped:
        return None
    return Measured(intent, contact.handled_ms / 60_000)


@against_norm(
    "long_handling",
    on=ContactClosed,
    measures=_handled,
    closes=after(days=7),
    reads={ContactOpened: last_uncited(6, "contact", "intent")},
    limits={"deviations": 3, "contacts": 30},
    severity=2,
)
def long_handling(_journey: Journey, contact: ContactClosed, limits: Limits, handled: Measured, norm: Norm) -> Found | None:
    """A contact took far longer than contacts about the same intent usually take.

    **Definition**: The handling time lies more than `deviations` standard deviations above the mean of its intent, over all customers. At
    least `contacts` contacts about the intent must be known.
    **Default**: 3 deviations, 30 contacts.
    **Source**: LimeBridge: second contacts take 30 to 50 % longer. 3 deviations is the usual bound of a control chart. 30 contacts is
    [ours].
    **Guard**: Each intent has its own mean, so a complex intent is not blamed. A contact without an intent or a time proves nothing, nor
    does a dropped line. Before there is a norm, there is no claim.

    >>> from streams.replay import signals_of
    >>> norms = {"long_handling": {"refund": (30, 5.0, 2.0)}}
    >>> signals_of("0 call contact_closed orders contact=h1 intent=refund handled_ms=660001", norms=norms)
    ['long_handling']
    >>> signals_of("0 call contact_closed orders contact=h1 intent=refund handled_ms=660000", norms=norms)
    []
    """
    if norm.count < limits["contacts"] or norm.beyond(handled.value) <= limits["deviations"]:
        return None
    words = f"{handled.value:.0f} minutes about {handled.key}, where {norm.mean:.0f} are usual"
    return Found([contact.id], words, ref=contact.contact)
