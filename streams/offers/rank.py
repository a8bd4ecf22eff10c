"""Rank: P x C x V x L. Every candidate that comes this far is published with its four factors, so that losing has a reason too.

All weights here are priors of ours, labelled [ours]: what works for whom is learnt from outcomes against the holdout.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from schemas.offers import Factors
from streams.context import Context
from streams.offers import grounds
from streams.offers.habituation import freshness
from streams.rules.offer_rows import Offer
from streams.state import Journey
from streams.state.ids import digest

PLACES = 6  # decimals of a rank: noise below them must not choose
URGENCY = {"calm": 0.8, "watch": 1.0, "high": 1.2, "critical": 1.4}  # of selling, by risk band [ours]
HERE = 1.25  # the customer is in this very channel now [ours]
LATER_CHANNEL = (1.0, 0.9, 0.81, 0.73, 0.66)  # by the place in the offer's own order of channels [ours]
NEUTRAL_SHARE = 0.5  # of the journey in a channel, where nothing is known; affinity runs from .75 to 1.25 [ours]
DEVOTED = ("loyal", "advocate")


class Ranked(msgspec.Struct, frozen=True):
    """A candidate that passed every question, and what it is worth."""

    offer: Offer
    channel: str
    factors: Factors
    rank: float


def ranked(ctx: Context, offer: Offer, channels: list[str]) -> Iterator[Ranked]:
    """The offer on each of these channels, with its four factors and their product."""
    journey = ctx.journey
    propensity = round(offer.propensity * freshness(journey, offer, ctx.at), PLACES)
    value, lever, stake = offer.value - offer.cost, _lever(journey, offer), _stake(ctx, offer)
    touchpoints = sum(journey.channels.values())
    for channel in channels:
        share = journey.channels.get(channel, 0) / touchpoints if touchpoints else NEUTRAL_SHARE
        context = stake * (0.75 + 0.5 * share) * LATER_CHANNEL[min(offer.channels.index(channel), 4)]
        if channel == ctx.channel:
            context *= HERE
        factors = Factors(propensity=propensity, context=round(context, PLACES), value=value, lever=lever)
        yield Ranked(offer, channel, factors, round(propensity * context * value * lever, PLACES))


def best(decision: str, candidates: list[Ranked]) -> Ranked:
    """The highest rank; between equals a hash of the decision chooses, so that no name is for ever first."""
    top = max(candidate.rank for candidate in candidates)
    tied = [candidate for candidate in candidates if candidate.rank == top]
    return tied[0] if len(tied) == 1 else min(tied, key=lambda c: digest("tie", decision, c.offer.name, c.channel))


def _stake(ctx: Context, offer: Offer) -> float:
    """How much is at stake now: how bad it is what a repair answers, or how near the customer is to leaving."""
    if offer.family == "service_recovery":
        return 0.7 + 0.1 * max((s.severity for s in grounds.unanswered(ctx, offer)), default=3)  # severity 3 is neutral
    return URGENCY.get(ctx.journey.band, 1.0)


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
