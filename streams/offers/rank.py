"""The rank of a candidate: propensity x context x value x lever. Every candidate that gets here is published with its four factors.

All weights here are our priors [ours]. What works for whom is learnt from outcomes against the control arm.
"""

from __future__ import annotations

from collections.abc import Sequence

from schemas.outputs.offers import Factors
from streams.context import Context
from streams.offers.grounds import repaired_by
from streams.offers.habituation import freshness
from streams.offers.passage import Grounds, Ranked
from streams.offers.saving import saving
from streams.rules.offer_rows import Offer
from streams.state import Journey, OpenSignal
from streams.state.ids import digest

PLACES = 6  # decimals of a rank: rounding noise below them must not choose
URGENCY = {"calm": 0.8, "watch": 1.0, "high": 1.2, "critical": 1.4}  # factor of urgency by risk band, except for repairs [ours]
HERE = 1.25  # factor for the channel that the customer is in now [ours]
LATER_CHANNEL = (1.0, 0.9, 0.81, 0.73, 0.66)  # factor by the position in the offer's own order of channels [ours]
NEUTRAL_SHARE = 0.5  # share of a channel where nothing is known; the factor is .75 to 1.25 [ours]
DEVOTED = ("loyal", "advocate")


def rank_channels(ctx: Context, found: Grounds, offer: Offer, channels: list[str]) -> list[Ranked]:
    """Return the offer on each of these channels, with its four factors and their product."""
    journey = ctx.journey
    propensity = round(offer.propensity * freshness(journey, offer, found.now), PLACES)
    expected, lever, repaired = saving(ctx, found.risk, offer), _lever(journey, offer), repaired_by(found, offer)
    stake = _stake(journey, offer, repaired)
    value = round(expected.amount - offer.cost, PLACES)
    visits, touchpoints, ranked = journey.channels, sum(journey.channels.values()), []
    for channel in channels:
        share = visits.get(channel, 0) / touchpoints if touchpoints else NEUTRAL_SHARE
        context = stake * (0.75 + 0.5 * share) * LATER_CHANNEL[min(offer.channels.index(channel), 4)]
        if channel == ctx.channel:
            context *= HERE
        factors = Factors(propensity=propensity, context=round(context, PLACES), value=value, lever=lever, basis=expected.basis)
        ranked.append(Ranked(offer, channel, factors, round(propensity * context * value * lever, PLACES), repaired))
    return ranked


def best(decision: str, candidates: list[Ranked]) -> Ranked:
    """Return the candidate of the highest rank. A hash of the decision chooses between equals, so that no name always comes first."""
    if len(candidates) == 1:
        return candidates[0]
    top = max(candidate.rank for candidate in candidates)
    tied = [candidate for candidate in candidates if candidate.rank == top]
    return tied[0] if len(tied) == 1 else min(tied, key=lambda c: digest("tie", decision, c.offer.name, c.channel))


def _stake(journey: Journey, offer: Offer, repaired: Sequence[OpenSignal]) -> float:
    """Return how much is at stake: the severity that a repair answers, or how near the customer is to leaving."""
    if offer.family == "service_recovery":
        return 0.7 + 0.1 * max([signal.severity for signal in repaired], default=3)  # severity 3 gives factor 1
    return URGENCY.get(journey.band, 1.0)


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
