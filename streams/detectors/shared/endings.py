"""What ends a friction of service: a contact in which the customer's request was resolved."""

from __future__ import annotations

from schemas.touchpoints.service import ContactClosed


def is_resolved(contact: ContactClosed, ref: str) -> bool:
    """Return whether the contact with the number `ref` was resolved.

    >>> is_resolved(ContactClosed(id="e1", customer="c1", at=0, contact="h1", resolved=True), "h2")
    False
    """
    return contact.resolved is True and contact.contact == ref


def is_resolved_about(contact: ContactClosed, ref: str) -> bool:
    """Return whether any contact about this intent was resolved. A contact without an intent may be about any.

    >>> asked = ContactClosed(id="e1", customer="c1", at=0, contact="h1", resolved=True, intent="invoice")
    >>> is_resolved_about(asked, "invoice"), is_resolved_about(asked, "delivery"), is_resolved_about(asked, "")
    (True, False, True)
    """
    return contact.resolved is True and (not ref or contact.intent in ("", ref))
