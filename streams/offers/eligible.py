"""Eligible: the offer's audience rule holds for this journey."""

from __future__ import annotations

from streams.moment import Moment
from streams.offers.catalogue import Offer
from streams.offers.step import Removed

OUTSIDE = Removed("not_eligible")  # the reason says it all: its audience rule does not hold


def eligible(moment: Moment, offer: Offer, channel: str) -> Removed | None:
    """Remove an offer that is not meant for customers like this one."""
    return None if moment.rules.audiences[offer.name](moment.journey, moment.at) else OUTSIDE
