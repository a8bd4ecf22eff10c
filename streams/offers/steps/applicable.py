"""Applicable: fix first, sell later. No promotion goes out while a friction is open, and service recovery only for a friction it
repairs.
"""

from __future__ import annotations

from streams.context import Context
from streams.offers.grounds import repaired_by
from streams.offers.passage import Grounds, Removed
from streams.rules.catalogue import NOTHING_TO_REPAIR
from streams.rules.offer_rows import Offer
from streams.state import Journey

ANSWERED = Removed("not_applicable", "what it repairs is being answered already")
COMPLAINT = "complaint"  # how the names of all detectors of complaints begin


def applicable(ctx: Context, found: Grounds, offer: Offer) -> Removed | None:
    """Remove an offer for another phase, a promotion while a friction is open, and a repair without anything to repair."""
    if offer.phases and (phase := ctx.journey.phase.name) not in offer.phases:
        return Removed("not_applicable", f"not for the phase {phase or 'before any'}")
    if offer.family != "service_recovery":
        return _promotion(ctx)
    if found.open.isdisjoint(offer.resolves):
        return Removed("not_applicable", NOTHING_TO_REPAIR)
    return None if repaired_by(found, offer) else ANSWERED  # a second repair of a friction would say that the first was not serious


def _promotion(ctx: Context) -> Removed | None:
    """Remove a promotion while a friction or a complaint is open: a customer in trouble does not want an advertisement."""
    journey = ctx.journey
    if journey.open:
        worst = max(journey.open, key=lambda signal: signal.severity)
        return Removed("open_friction", f"{worst.detector} is open: fix first, sell later")
    if complaint := open_complaint(journey):
        return Removed("open_friction", f"a complaint is open ({complaint}): fix first, sell later")
    return None


def open_complaint(journey: Journey) -> str:
    """Return the name of an open complaint: of its friction, or of the deadline of its answer. Empty: none is open.

    >>> from streams.state import OpenSignal
    >>> open_complaint(Journey(open=[OpenSignal("s1", "complaint_opened", "desk", "b1", 0, 1, 4)])), open_complaint(Journey())
    ('complaint_opened', '')
    """
    names = (*(signal.detector for signal in journey.open), *journey.deadlines)
    return next((name for name in names if name.startswith(COMPLAINT)), "")
