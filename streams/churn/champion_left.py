"""Customers whose main contact person has gone."""

from __future__ import annotations

from schemas.touchpoints.messaging import MessageBounced
from schemas.touchpoints.usage import ChampionChanged, MainContactSet
from streams.detectors import Found, Limits, Risk, after, closing, pattern
from streams.state import Journey
from streams.state.marks import last


def _replaced(journey: Journey, named: MainContactSet) -> bool:
    """Return whether somebody else was the main contact until now."""
    known = [mark.contact_person for mark in journey.rings.main_contact_set if mark.at <= named.at]
    return bool(known) and known[-1] != named.contact_person


@pattern(
    "champion_left",
    on=(ChampionChanged, MainContactSet, MessageBounced),
    closes=after(days=90),
    closed_by=(closing(MainContactSet),),
    reads={MainContactSet: last(1, "contact_person")},
    limits={"replaced_strength": 0.5, "bounced_strength": 0.7},
    severity=3,
    risk=Risk("relationship", weight=1.6, half_life_days=60),
)
def champion_left(journey: Journey, change: ChampionChanged | MainContactSet | MessageBounced, limits: Limits) -> Found | None:
    """The person who stood for us at the customer's is gone, or another has taken their place.

    **Definition**: The person left and nobody follows them: full strength. They have a successor, or only changed their role:
    `replaced_strength`. Our mail to the main contact finds no address any more: `bounced_strength`.
    **Default**: The first. 0.5 and 0.7.
    **Source**: Customer success vendors count it among the strongest signs (UserGems, Champify, Gainsight). These are vendor figures. None
    of them is a measurement that could be repeated. Weight 1.6 and half-life 60 days are priors [ours].
    **Guard**: A mailbox that is full or away (a soft bounce) gives no claim. Nor does the lost address of anybody else. The first main
    contact ever named replaces nobody. The same one named again, with a new address, is still there. Naming a main contact removes the
    earlier signal.

    >>> from streams.replay import signals_of
    >>> signals_of("0 - champion_changed - left=true")
    ['champion_left']
    >>> signals_of('''
    ... 0  email message_bounced  - message=m1 main_contact=true
    ... 1d -     main_contact_set - contact_person=u1
    ... ''')
    []
    """
    if isinstance(change, MessageBounced):
        gone = change.hard and change.main_contact
        return Found([change.id], "The main contact's address is gone", strength=limits["bounced_strength"]) if gone else None
    if isinstance(change, MainContactSet):
        replaced = _replaced(journey, change)
        return Found([change.id], "Another person is the main contact now", 2, limits["replaced_strength"]) if replaced else None
    if change.left and not change.contact_person:
        return Found([change.id], "The champion left, and nobody follows them")
    words = "The champion left and has a successor" if change.left else "The champion has another role now"
    return Found([change.id], words, 2, limits["replaced_strength"])
