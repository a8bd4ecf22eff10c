"""What an offer rests on: the frictions it repairs, or the churn signals that made the risk."""

from __future__ import annotations

from collections.abc import Iterable

from streams.context import Context
from streams.risk.score import published_contributions
from streams.rules.offer_rows import Offer
from streams.state import Journey, MadeOffer, OpenSignal

EVIDENCE = 12  # ids that an offer cites at most
UNRESOLVED = ("", "delivered", "seen")  # outcomes after which an answer is still awaited


def matter_of(signal: OpenSignal) -> str:
    """What a friction is about: the order, parcel or complaint it names, else the place where it was met; empty: unknown.

    >>> matter_of(OpenSignal("s1", "delivery_late", "carrier-a", "o1", 0, 1, 3))
    'o1'
    """
    return signal.ref or signal.place


def repairs(offer: Offer, signal: OpenSignal) -> bool:
    """Whether this offer is an answer to this friction."""
    return "*" in offer.resolves or signal.detector in offer.resolves


def repairs_under_way(journey: Journey, at: int) -> list[MadeOffer]:
    """Service recoveries that we proposed and whose end is not known yet."""
    return [m for m in journey.made if m.family == "service_recovery" and m.outcome in UNRESOLVED and at <= m.valid_until]


def unanswered(ctx: Context, offer: Offer) -> list[OpenSignal]:
    """Open frictions that this offer repairs and that no recovery under way answers already."""
    found = [s for s in ctx.journey.open if repairs(offer, s)]
    if found and (under_way := repairs_under_way(ctx.journey, ctx.at)):
        answered = {id for made in under_way for id in made.signals}
        found = [s for s in found if s.id not in answered]
    return found


def signals_of(ctx: Context, offer: Offer) -> list[str]:
    """Ids of the signals the offer rests on: it is withdrawn when none of them stands any more."""
    if offer.family == "service_recovery":
        return [s.id for s in unanswered(ctx, offer)]
    return [c.signal for c in ctx.journey.contributions.values() if c.signal]


def evidence_of(ctx: Context, offer: Offer) -> tuple[str, ...]:
    """Ids of the signals and of the touchpoints that show them, signals first; at most EVIDENCE."""
    touchpoints: Iterable[list[str]]
    if offer.family == "service_recovery":
        touchpoints = [s.evidence for s in unanswered(ctx, offer)]
    else:
        touchpoints = [c.evidence for c in ctx.journey.contributions.values()]
    cited = [*signals_of(ctx, offer), *(id for ids in touchpoints for id in ids)]
    return tuple(dict.fromkeys(cited))[:EVIDENCE]


def reasons_of(ctx: Context, offer: Offer, risk: float) -> tuple[str, ...]:
    """One sentence each, for a person: which friction it repairs or which signs of leaving it answers, and the risk."""
    journey = ctx.journey
    if offer.family == "service_recovery":
        said = [f"{s.detector} is open{f' at {s.place}' if s.place else ''} since {ctx.when(s.opened)}" for s in unanswered(ctx, offer)]
    else:
        said = [f"{one.signal} adds to the risk of leaving" for one in published_contributions(journey, ctx.at, ctx.rules) if one.value > 0]
    return (*said[:4], f"the risk of leaving is {risk:.0%} ({journey.band})")
