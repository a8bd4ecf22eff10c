"""The rank of a candidate: propensity x context x value x lever. Every candidate that gets here is published with its four factors.

All weights here are our priors [ours]. What works for whom is learnt from outcomes against the control arm.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from schemas.outputs.offers import Factors
from streams.context import Context
from streams.offers.grounds import Grounds, repaired_by
from streams.offers.habituation import freshness
from streams.offers.saving import saving
from streams.rules.offer_rows import Offer
from streams.state import Journey
from streams.state.ids import digest

PLACES = 6  # decimals of a rank: rounding noise below them must not choose
URGENCY = {"calm": 0.8, "watch": 1.0, "high": 1.2, "critical": 1.4}  # factor of urgency by risk band, except for repairs [ours]
HERE = 1.25  # factor for the channel that the customer is in now [ours]
LATER_CHANNEL = (1.0, 0.9, 0.81, 0.73, 0.66)  # factor by the position in the offer's own order of channels [ours]
NEUTRAL_SHARE = 0.5  # share of a channel where nothing is known; the factor is .75 to 1.25 [ours]
DEVOTED = ("loyal", "advocate")


class Ranked(msgspec.Struct, frozen=True):
    """A candidate that passed every step of the funnel, with its factors and its rank."""

    offer: Offer
    channel: str
    factors: Factors
    rank: float


def rank_channels(ctx: Context, found: Grounds, offer: Offer, channels: list[str]) -> Iterator[Ranked]:
    """Return the offer on each of these channels, with its four factors and their product."""
    journey = ctx.journey
    propensity = round(offer.propensity * freshness(journey, offer, ctx.now), PLACES)
    expected, lever, stake = saving(ctx, found.risk, offer), _lever(journey, offer), _stake(ctx, found, offer)
    value = round(expected.amount - offer.cost, PLACES)
    touchpoints = sum(journey.channels.values())
    for channel in channels:
        share = journey.channels.get(channel, 0) / touchpoints if touchpoints else NEUTRAL_SHARE
        context = stake * (0.75 + 0.5 * share) * LATER_CHANNEL[min(offer.channels.index(channel), 4)]
        if channel == ctx.channel:
            context *= HERE
        factors = Factors(propensity=propensity, context=round(context, PLACES), value=value, lever=lever, basis=expected.basis)
        yield Ranked(offer, channel, factors, round(propensity * context * value * lever, PLACES))


def best(decision: str, candidates: list[Ranked]) -> Ranked:
    """Return the candidate of the highest rank. A hash of the decision chooses between equals, so that no name always comes first."""
    top = max(candidate.rank for candidate in candidates)
    tied = [candidate for candidate in candidates if candidate.rank == top]
    return tied[0] if len(tied) == 1 else min(tied, key=lambda c: digest("tie", decision, c.offer.name, c.channel))


def _stake(ctx: Context, found: Grounds, offer: Offer) -> float:
    """Return how much is at stake: the severity that a repair answers, or how near the customer is to leaving."""
    if offer.family == "service_recovery":
        return 0.7 + 0.1 * max((s.severity for s in repaired_by(found, offer)), default=3)  # severity 3 gives factor 1
    return URGENCY.get(ctx.journey.band, 1.0)


def _lever(journey: Journey, offer: Offer) -> float:
    """Return the lever factor: money works best for customers who use coupons; social and structural bonds for devoted customers.

    The order financial < social < structural is Berry and Parasuraman's (1991): the deeper the bond, the harder to copy.
    """
    if offer.lever == "financial":
        bought = journey.cadence.count
        return 0.8 + 0.4 * min(1.0, journey.value.coupons / bought) if bought else 1.0
    if offer.lever == "social":
        return 1.15 if journey.rung.name in DEVOTED else 0.95
    return 1.1
