"""What ends a friction of service: a contact in which the customer's matter was settled."""

from __future__ import annotations

from schemas.touchpoints.service import ContactClosed


def settled(contact: ContactClosed, ref: str) -> bool:
    """Whether this very contact (its number is `ref`) was resolved.

    >>> settled(ContactClosed(id="e1", customer="c1", at=0, contact="h1", resolved=True), "h2")
    False
    """
    return contact.resolved is True and contact.contact == ref


def settled_about(contact: ContactClosed, ref: str) -> bool:
    """Whether a contact about this intent was resolved, whichever of several it was; one that names no intent may be about any.

    >>> asked = ContactClosed(id="e1", customer="c1", at=0, contact="h1", resolved=True, intent="invoice")
    >>> settled_about(asked, "invoice"), settled_about(asked, "delivery"), settled_about(asked, "")
    (True, False, True)
    """
    return contact.resolved is True and (not ref or contact.intent in ("", ref))
