"""Presence: which touchpoints show that the customer was here. Signals of silence are cancelled by them.

Each touchpoint kind says itself who acts (`actor` of `schemas.touchpoints.base.Touchpoint`). A customer who acts to leave is not present,
for that is no coming back. What the company, a carrier or a machine did says nothing about the customer.
"""

from __future__ import annotations

from schemas.touchpoints import KINDS
from schemas.touchpoints.base import Touchpoint

PRESENT = frozenset(kind for kind in KINDS if kind.actor == "customer")  # kinds that show that the customer was here


def shows_presence(touchpoint: Touchpoint) -> bool:
    """Return whether this touchpoint shows that the customer was here.

    >>> from streams.story import story
    >>> [shows_presence(t) for t in story('''
    ... 0  web   page_viewed  page=/
    ... 1m email message_sent message=m1
    ... 2m email unsubscribed
    ... ''')]
    [True, False, False]
    """
    return kind_shows_presence(type(touchpoint))


def kind_shows_presence(kind: type[Touchpoint]) -> bool:
    """Return whether touchpoints of this kind show that the customer was here."""
    return kind in PRESENT
