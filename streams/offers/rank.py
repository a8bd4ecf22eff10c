"""Rank: P x C x V x L. Every candidate that comes this far is published with its four factors, so that losing has a reason too.

All weights here are priors of ours, labelled [ours]: what works for whom is learnt from outcomes against the holdout.
"""

from __future__ import annotations

from typing import NamedTuple

from schemas.offers import Factors
from streams.ids import digest
from streams.moment import Moment
from streams.offers import grounds
from streams.offers.catalogue import Offer
from streams.offers.habituation import freshness
from streams.state import Journey

PLACES = 6  # decimals of a rank: noise below them must not choose
URGENCY = {"calm": 0.8, "watch": 1.0, "high": 1.2, "critical": 1.4}  # of selling, by risk band [ours]
HERE = 1.25  # the customer is in this very channel now [ours]
LATER_CHANNEL = 0.9  # for each place further down the offer's own order of channels [ours]
DEVOTED = ("loyal", "advocate")


class Ranked(NamedTuple):
    """A candidate that passed every question, and what it is worth."""

    offer: Offer
    channel: str
    factors: Factors
    rank: float


def ranked(moment: Moment, offer: Offer, channel: str) -> Ranked:
    """The candidate with its four factors and their product."""
    factors = Factors(
        propensity=round(offer.propensity * freshness(moment.journey, offer, moment.at), PLACES),
        context=round(_context(moment, offer, channel), PLACES),
        value=round(offer.value - offer.cost, PLACES),
        lever=round(_lever(moment.journey, offer), PLACES),
    )
    return Ranked(offer, channel, factors, round(factors.propensity * factors.context * factors.value * factors.lever, PLACES))


def best(decision: str, candidates: list[Ranked]) -> Ranked:
    """The highest rank; between equals a hash of the decision chooses, so that no name is for ever first."""
    top = max(candidate.rank for candidate in candidates)
    tied = [candidate for candidate in candidates if candidate.rank == top]
    return tied[0] if len(tied) == 1 else min(tied, key=lambda c: digest("tie", decision, c.offer.name, c.channel))


def _context(moment: Moment, offer: Offer, channel: str) -> float:
    """C: how much is at stake now, and how near this channel is to the customer."""
    journey = moment.journey
    if offer.family == "service_recovery":
        stake = 0.7 + 0.1 * max((s.severity for s in grounds.unanswered(moment, offer)), default=3)  # severity 3 is neutral
    else:
        stake = URGENCY.get(journey.band, 1.0)
    here = HERE if channel == moment.channel else 1.0
    return stake * _affinity(journey, channel) * here * LATER_CHANNEL ** offer.channels.index(channel)


def _affinity(journey: Journey, channel: str) -> float:
    """Between .75 and 1.25: how much of the journey happens in this channel; 1 where nothing is known."""
    total = sum(journey.channels.values())
    return 0.75 + 0.5 * journey.channels.get(channel, 0) / total if total else 1.0


def _lever(journey: Journey, offer: Offer) -> float:
    """L: money works best for those who come for money; standing and structure for those who are devoted already.

    The order financial < social < structural is Berry and Parasuraman's (1991): the deeper the bond, the harder to copy.
    """
    if offer.lever == "financial":
        bought = journey.cadence.count
        return 0.8 + 0.4 * min(1.0, journey.value.coupons / bought) if bought else 1.0
    if offer.lever == "social":
        return 1.15 if journey.rung.name in DEVOTED else 0.95
    return 1.1
