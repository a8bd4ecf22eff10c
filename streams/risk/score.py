"""The risk of losing a customer is a sum that explains itself: churn signals that fade, and standing terms that silence moves.

`log-odds = bias + sum of weight x strength x 0.5 ** (age / half-life) + sum of weight x standing term`, `risk = logistic(log-odds)`.
A signal below 1 % of its weight is nothing, so a forgotten one costs no memory. Weights are shipped priors, or learnt: then those of the
model in force in the partition (`rules.models`) hold, for what it names.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from functools import partial
from math import ceil, exp, fsum, log2

from schemas import signals
from schemas.vocabulary import BANDS, Band
from schemas.writing import rfc3339
from streams.detectors import DAY
from streams.risk.crossing import Summand, band_of, next_look
from streams.rules import Rules
from streams.rules.risk_terms import Feature
from streams.state import Contribution, Journey

NEGLIGIBLE = 0.01  # share of its weight below which a summand counts for nothing


def faded(contribution: Contribution, at: int) -> float:
    """Its strength at this time (ms UTC): full until `since`, halved every half-life, 0 below 1 %.

    >>> once = Contribution(1, "service", weight=1.5, strength=1.0, half_life_ms=DAY, since=0)
    >>> [faded(once, days * DAY) for days in (0, 1, 2, 7)]
    [1.0, 0.5, 0.25, 0.0]
    """
    age = at - contribution.since
    fraction = contribution.strength * 0.5 ** (age / contribution.half_life_ms) if age > 0 else contribution.strength
    return fraction if fraction >= NEGLIGIBLE else 0.0


def value(contribution: Contribution, at: int, weight: float | None = None) -> float:
    """The log-odds it adds at this time (ms UTC), by this weight or its own."""
    return (contribution.weight if weight is None else weight) * faded(contribution, at)


def counting(journey: Journey, rules: Rules) -> list[tuple[str, Contribution, float]]:
    """The signals that add to the risk, each with what it weighs: learnt, else what it was raised with. One silence counts once.

    Where the cadence model knows the customer's own rhythm it replaces what fixed days and own gaps say of the same silence: those are
    raised, and count for nothing. (On a year of a grocer's customers, counting both cost .01 to .015 of AUC.)
    """
    learnt = rules.models.weights.weights if rules.models.weights else {}
    told = rules.models.cadence is not None and journey.cadence.count > 0
    return [
        (name, one, learnt.get(name, one.weight)) for name, one in journey.contributions.items() if not (told and one.family == "silence")
    ]


def summands(journey: Journey, rules: Rules) -> list[Summand]:
    """Every part of the log-odds but the bias, as functions of time while nothing happens."""
    found = [Summand(one.family, partial(value, one, weight=weight)) for _, one, weight in counting(journey, rules)]
    for term, weight in rules.features:
        found.append(Summand(term.family, _stands(term, weight, journey, rules)))
    return found


def _stands(term: Feature, weight: float, journey: Journey, rules: Rules) -> Callable[[int], float]:
    return lambda at: weight * term.strength(journey, rules.models, rules.blueprint.horizon_days, at)


def values(journey: Journey, at: int, rules: Rules) -> list[float]:
    """What every summand adds at this time (ms UTC), in the order of `summands`."""
    raised = [weight * faded(one, at) for _, one, weight in counting(journey, rules)] if journey.contributions else []
    return raised + [weight * term.strength(journey, rules.models, rules.blueprint.horizon_days, at) for term, weight in rules.features]


def log_odds(journey: Journey, at: int, rules: Rules) -> float:
    """The bias and every summand's value; exact whatever the order in which they came."""
    return fsum([rules.borders.bias, *values(journey, at, rules)])


def risk(journey: Journey, at: int, rules: Rules) -> float:
    """The chance of losing this customer, 0..1: a calibrated number only as far as the weights are."""
    return logistic(log_odds(journey, at, rules))


def logistic(x: float) -> float:
    """Log-odds as a chance.

    >>> logistic(0), logistic(-5000), logistic(5000)
    (0.5, 0.0, 1.0)
    """
    return 1 / (1 + exp(-x)) if x >= 0 else exp(x) / (1 + exp(x))


def band(journey: Journey, at: int, rules: Rules) -> tuple[Band, str]:
    """The band of the risk, and why it is lower than the risk alone says ("two_families"), or "".

    One family alone (only silence, only money ...) never makes a customer more than `watch`: fewer sign-ins with more use is a move to
    the app, not a farewell. A risk on the border belongs to the upper band.
    """
    now, borders = values(journey, at, rules), rules.borders
    families = [one.family for _, one, _ in counting(journey, rules)] + [term.family for term, _ in rules.features]
    reached, free = band_of(now, families, borders), bisect_right(borders.at, fsum([borders.bias, *now]))
    return BANDS[reached], "two_families" if reached < free else ""


def next_crossing(journey: Journey, at: int, rules: Rules) -> int:
    """The next moment (ms UTC) after `at` at which to look, if nothing but time passes: in another band (to half a second), or one before
    which none is crossed; 0 if none ever is."""
    parts, stands = summands(journey, rules), bool(rules.features)
    until = 0 if stands else max((_gone(one) for one in journey.contributions.values()), default=at)
    if not stands and (until <= at or band(journey, at, rules)[0] == BANDS[0]):
        return 0
    return next_look(parts, rules.borders, at, until, max(journey.newest, journey.acted_at))


def _gone(contribution: Contribution) -> int:
    halvings = log2(contribution.strength / NEGLIGIBLE) if contribution.strength > NEGLIGIBLE else 0.0
    return contribution.since + ceil(halvings * contribution.half_life_ms) + 1


def contributions(journey: Journey, at: int, rules: Rules) -> tuple[signals.Contribution, ...]:
    """The summands as published at this time (ms UTC), largest first."""
    raised = [
        signals.Contribution(
            signal=name, version=one.version, family=one.family, value=value(one, at, weight), weight=weight, strength=one.strength,
            half_life_days=one.half_life_ms / DAY, since=rfc3339(one.since), evidence=tuple(one.evidence),
        )
        for name, one, weight in counting(journey, rules)
    ]  # fmt: skip
    stand = [
        signals.Contribution(
            signal=term.name, version=1, family=term.family, value=weight * strength, weight=weight, strength=strength,
            half_life_days=0, since=rfc3339(journey.acted_at), evidence=(journey.acted_id,) if journey.acted_id else (),
        )
        for term, weight in rules.features
        if (strength := term.strength(journey, rules.models, rules.blueprint.horizon_days, at))
    ]  # fmt: skip
    return tuple(sorted([*raised, *stand], key=lambda one: (-one.value, one.signal)))
