"""The grounds of an offer: the frictions that it repairs, or the churn signals behind the risk."""

from __future__ import annotations

from collections.abc import Iterable

from streams.context import Context
from streams.risk.score import band, published_contributions
from streams.rules.offer_rows import Offer
from streams.state import Journey, MadeOffer, OpenSignal

EVIDENCE = 12  # ids that an offer cites, at most
UNRESOLVED = ("", "delivered", "seen")  # outcomes after which we still wait for an answer


def subject_of(signal: OpenSignal) -> str:
    """Return what a friction is about: the order, parcel or complaint it names, else its place. It is empty if unknown.

    >>> subject_of(OpenSignal("s1", "delivery_late", "carrier-a", "o1", 0, 1, 3))
    'o1'
    """
    return signal.ref or signal.place


def repairable_frictions(journey: Journey, offer: Offer) -> list[OpenSignal]:
    """Return the open frictions that this offer is an answer to."""
    resolves = offer.resolves
    return list(journey.open) if "*" in resolves else [signal for signal in journey.open if signal.detector in resolves]


def repairs_under_way(journey: Journey, at: int) -> list[MadeOffer]:
    """Return the service recoveries that we proposed and whose outcome is not known yet."""
    return [m for m in journey.made if m.family == "service_recovery" and m.outcome in UNRESOLVED and at <= m.valid_until]


def still_stands(journey: Journey, made: MadeOffer) -> bool:
    """Return whether a signal behind this offer still holds.

    >>> made = MadeOffer("m1", "help", "service_recovery", "sms", 0, 9, signals=["s1"])
    >>> still_stands(Journey(open=[OpenSignal("s1", "payment_failed", "/pay", "", 0, 1, 3)]), made), still_stands(Journey(), made)
    (True, False)
    """
    return any(s.id in made.signals for s in journey.open) or any(c.signal in made.signals for c in journey.contributions.values())


def unanswered_frictions(ctx: Context, offer: Offer) -> list[OpenSignal]:
    """Return the open frictions that this offer repairs, without those that a recovery under way already answers."""
    found = repairable_frictions(ctx.journey, offer)
    if found and (under_way := repairs_under_way(ctx.journey, ctx.now)):
        answered = {id for made in under_way for id in made.signals}
        found = [s for s in found if s.id not in answered]
    return found


def supporting_signals(ctx: Context, offer: Offer) -> list[str]:
    """Return the ids of the signals behind the offer. It is withdrawn when none of them holds any more."""
    if offer.family == "service_recovery":
        return [s.id for s in unanswered_frictions(ctx, offer)]
    return [c.signal for c in ctx.journey.contributions.values() if c.signal]


def supporting_evidence(ctx: Context, offer: Offer) -> tuple[str, ...]:
    """Return the ids of the signals and of the touchpoints that show them, signals first; at most EVIDENCE."""
    touchpoints: Iterable[list[str]]
    if offer.family == "service_recovery":
        touchpoints = [s.evidence for s in unanswered_frictions(ctx, offer)]
    else:
        touchpoints = [c.evidence for c in ctx.journey.contributions.values()]
    cited = [*supporting_signals(ctx, offer), *(id for ids in touchpoints for id in ids)]
    return tuple(dict.fromkeys(cited))[:EVIDENCE]


def reasons_of(ctx: Context, offer: Offer, risk: float) -> tuple[str, ...]:
    """Return sentences for people: the frictions that the offer repairs or the churn signals that it answers, and the risk."""
    journey = ctx.journey
    if offer.family == "service_recovery":
        said = [_friction_in_words(ctx, signal) for signal in unanswered_frictions(ctx, offer)]
    else:
        raising = (one.signal for one in published_contributions(journey, ctx.at, ctx.rules) if one.value > 0)
        said = [f"{_plainly(signal)} raises the risk of leaving" for signal in raising]
    limited = ", as signals of one family alone lead no further" if band(journey, ctx.at, ctx.rules)[1] else ""
    return (*said[:4], f"the risk of leaving is {risk:.0%}, in the band {journey.band}{limited}")


def _friction_in_words(ctx: Context, signal: OpenSignal) -> str:
    things = "".join(f", {kind} {id}" for kind, id in signal.about.things.items()) if signal.about else ""
    return f"{_plainly(signal.detector)}{f' at {signal.place}' if signal.place else ''}{things}, open since {ctx.when(signal.opened)}"


def _plainly(name: str) -> str:
    return name.replace("_", " ")
