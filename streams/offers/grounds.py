"""The grounds of an offer: the frictions that it repairs, or the churn signals behind the risk. A decision works them out once."""

from __future__ import annotations

from collections.abc import Sequence

from streams.context import Context
from streams.offers.passage import Grounds
from streams.risk.score import band, published_contributions, risk
from streams.rules.offer_rows import Offer
from streams.state import Journey, MadeOffer, OpenSignal

EVIDENCE = 12  # ids that an offer cites, at most
ROUNDING = 1e-5  # more than a published risk is rounded by
NOTHING: frozenset[str] = frozenset()
SERIOUS = 3  # severity from which a friction counts as a second failure [ours]
REASONS = 4  # sentences about signals, at most
UNRESOLVED = ("", "delivered", "seen")  # outcomes after which we still wait for an answer


def grounds_of(ctx: Context) -> Grounds:
    """Return the grounds of a decision at this moment."""
    opened: Sequence[OpenSignal] = ctx.journey.open
    second, unanswered, now = None, opened, ctx.now
    if opened and ctx.journey.made and (under_way := repairs_under_way(ctx.journey, now)):
        answered = {id for made in under_way for id in made.signals}
        unanswered = [s for s in opened if s.id not in answered]
        second = second_failure(opened, under_way)
    names = frozenset(["*", *[s.detector for s in opened]]) if opened else NOTHING
    return Grounds(names, unanswered, second, risk(ctx.journey, ctx.at, ctx.rules), now, ctx.journey.consents)


def second_failure(opened: Sequence[OpenSignal], under_way: Sequence[MadeOffer]) -> OpenSignal | None:
    """Return a serious friction that opened in the same matter while our repair was under way.

    This is double deviation (Bitner, Booms and Tetreault 1990): a failure during the recovery angers more than the first failure. A
    second automatic apology would make it worse.
    """
    for made in under_way:
        for signal in opened:
            again = signal.opened > made.at and signal.severity >= SERIOUS and signal.id not in made.signals
            if again and subject_of(signal) in made.subjects:
                return signal
    return None


def subject_of(signal: OpenSignal) -> str:
    """Return what a friction is about: the order, parcel or complaint it names, else its place. It is empty if unknown.

    >>> subject_of(OpenSignal("s1", "delivery_late", "carrier-a", "o1", 0, 1, 3))
    'o1'
    """
    return signal.ref or signal.place


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


def repaired_by(found: Grounds, offer: Offer) -> Sequence[OpenSignal]:
    """Return the open frictions that this offer repairs, without those that a recovery under way already answers.

    Of an offer that repairs nothing (any but a service recovery) there are none.
    """
    if offer.family != "service_recovery":
        return ()
    resolves = offer.resolves
    return found.unanswered if "*" in resolves else [s for s in found.unanswered if s.detector in resolves]


def support_of(ctx: Context, offer: Offer, repaired: Sequence[OpenSignal]) -> tuple[list[str], tuple[str, ...]]:
    """Return the ids of the signals behind the offer, and what it cites: these ids, then those of their touchpoints; at most EVIDENCE.

    The offer is withdrawn when none of the signals holds any more.
    """
    signals: list[str] = []
    touchpoints: list[str] = []
    if offer.family == "service_recovery":
        for friction in repaired:
            signals.append(friction.id)
            touchpoints += friction.evidence
    else:
        for one in ctx.journey.contributions.values():
            if one.signal:
                signals.append(one.signal)
            touchpoints += one.evidence
    return signals, tuple(dict.fromkeys(signals + touchpoints))[:EVIDENCE]


def reasons_of(ctx: Context, offer: Offer, repaired: Sequence[OpenSignal], risk: float) -> tuple[str, ...]:
    """Return sentences for people: the frictions that the offer repairs or the churn signals that it answers, and the risk."""
    journey = ctx.journey
    if offer.family == "service_recovery":
        said = [_friction_in_words(ctx, signal) for signal in repaired[:REASONS]]
    else:
        raising = (one.signal for one in published_contributions(journey, ctx.at, ctx.rules) if one.value > 0)
        said = [f"{_plainly(signal)} raises the risk of leaving" for signal in raising]
    limited = ", as signals of one family alone lead no further" if _is_limited(ctx, risk) else ""
    return (*said[:REASONS], f"the risk of leaving is {risk:.0%}, in the band {journey.band}{limited}")


def _is_limited(ctx: Context, risk: float) -> bool:
    """Return whether the band is lower than the risk says. Only a risk of the band `high` or above can be limited, so few are looked at."""
    return risk > ctx.rules.blueprint.bands[1] - ROUNDING and band(ctx.journey, ctx.at, ctx.rules)[1] != ""


def _friction_in_words(ctx: Context, signal: OpenSignal) -> str:
    things = "".join([f", {kind} {id}" for kind, id in signal.about.things.items()]) if signal.about else ""
    return f"{_plainly(signal.detector)}{f' at {signal.place}' if signal.place else ''}{things}, open since {ctx.when(signal.opened)}"


def _plainly(name: str) -> str:
    return name.replace("_", " ")
