"""Reserve: an offer enters the journey's books before anybody hears of it, and a shadow enters the same books."""

from __future__ import annotations

from schemas.durations import HOUR
from streams.moment import Moment
from streams.offers import grounds
from streams.offers.caps import forgettable
from streams.offers.catalogue import Offer
from streams.offers.rank import Ranked
from streams.state import MadeOffer


def reserve(moment: Moment, chosen: Ranked, id: str, *, shadow: bool) -> MadeOffer:
    """The chosen offer's entry: from now on caps, habituation and the wake at its end know it."""
    offer, made = chosen.offer, moment.journey.made
    entry = MadeOffer(
        id,
        offer.name,
        offer.family,
        chosen.channel,
        moment.at,
        valid_until(moment, offer),
        shadow=shadow,
        signals=grounds.signals_of(moment, offer),
        matters=sorted({matter for s in grounds.unanswered(moment, offer) if (matter := grounds.matter_of(s))}),
    )
    place = forgettable(moment)
    if place is None:
        raise RuntimeError(f"the books of {moment.customer} are full: caps must have removed {offer.name}")
    if place < len(made):
        del made[place]
    made.append(entry)
    return entry


def valid_until(moment: Moment, offer: Offer) -> int:
    """When an offer made now ends (ms UTC)."""
    return moment.at + round(offer.valid_hours * HOUR)
