"""Customers who have to repeat information."""

from __future__ import annotations

from schemas.touchpoints.service import ContactClosed, ContactOpened, ContactTransferred, InformationRepeated
from streams.detectors import HOUR, Found, Limits, after, closing, pattern
from streams.detectors.shared.endings import is_resolved
from streams.detectors.shared.evidence import before
from streams.state import Journey
from streams.state.marks import last

IDENTIFICATION = "identification"


@pattern(
    "repeated_information",
    on=(InformationRepeated, ContactOpened),
    closes=after(days=7),
    closed_by=(closing(ContactClosed, is_resolved),),
    reads={ContactOpened: last(6, "contact", "intent"), ContactTransferred: last(4, "contact", "warm")},
    limits={"hours": 24},
    severity=2,
)
def repeated_information(journey: Journey, told: InformationRepeated | ContactOpened, limits: Limits) -> Found | None:
    """The customer had to tell us again what they had told us before.

    **Definition**: We are told so. Or the customer opens a contact with the same intent within `hours` after a transfer in another contact.
    **Default**: The first report. 24 hours after a transfer.
    **Source**: CEB (The Effortless Experience, 2013): repeating information drives effort. The hours are [ours].
    **Guard**: A question about who the customer is does not count. A warm hand-over continues where the last contact ended. So does a
    contact that we asked for.

    >>> from streams.replay import signals_of
    >>> signals_of("0 call information_repeated billing contact=h1 what=matter")
    ['repeated_information']
    >>> signals_of("0 call information_repeated billing contact=h1 what=identification")
    []
    """
    if isinstance(told, InformationRepeated):
        return None if told.what == IDENTIFICATION else Found([told.id], f"Had to say again: {told.what or 'the matter'}", ref=told.contact)
    if not told.intent or not told.assisted or told.follow_up_promised:
        return None
    rings = journey.rings
    if not rings.contact_transferred:
        return None
    same = {mark.contact: mark.id for mark in rings.contact_opened if mark.intent == told.intent and mark.at <= told.at}
    passed = [mark for mark in before(rings.contact_transferred, told, limits["hours"] * HOUR) if mark.contact in same and not mark.warm]
    if not passed or passed[-1].contact == told.contact:
        return None
    evidence = [same[passed[-1].contact], passed[-1].id, told.id]
    return Found(evidence, f"Had to begin again about {told.intent} after being passed on", ref=told.contact)
