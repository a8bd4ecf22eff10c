"""The score: the risk of losing a customer as a sum that explains itself. Its summands are churn signals, which fade, and base features.

`log-odds = bias + sum of weight x strength x 0.5 ** (age / half-life) + sum of weight x base feature`, `risk = logistic(log-odds)`.

Where a cadence model knows the customer's rhythm, bias and base feature `cadence` together are the log-odds of its own chance of no
purchase within the horizon. The signals are added to that.

A signal below 1 % of its strength counts as 0 and is forgotten. A signal of silence does not fade: silence alone never lowers a risk.
Weights are priors, or learnt (`rules.learnt`): the model in force in the partition sets the weights of the summands that it names.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import ceil, exp, fsum, log2

from schemas.outputs import signals
from schemas.vocabulary import BANDS, Band
from schemas.writing import rfc3339
from streams.detectors import DAY
from streams.risk.crossing import Summand, band_of, next_check
from streams.rules import Rules
from streams.rules.risk_terms import Feature
from streams.state import Contribution, Journey

Signals = list[tuple[str, Contribution, float]]  # name, contribution, weight
Features = tuple[tuple[Feature, float], ...]
SILENCE = "silence"  # the family of signals that hold until the customer acts
NEGLIGIBLE = 0.01  # share of the full strength below which a signal counts as 0


def faded_strength(contribution: Contribution, at: int) -> float:
    """Return the strength of a contribution at this time (ms UTC). It is full until `since`, halved every half-life, and 0 below 1 %.

    A signal of silence does not fade. The silence goes on until the customer acts, and then the signal is removed.

    >>> once = Contribution(1, "service", weight=1.5, strength=1.0, half_life_ms=DAY, since=0)
    >>> [faded_strength(once, days * DAY) for days in (0, 1, 2, 7)]
    [1.0, 0.5, 0.25, 0.0]
    """
    if contribution.family == SILENCE:
        return contribution.strength
    age = at - contribution.since
    fraction = contribution.strength * 0.5 ** (age / contribution.half_life_ms) if age > 0 else contribution.strength
    return fraction if fraction >= NEGLIGIBLE else 0.0


def contribution_value(contribution: Contribution, at: int, weight: float | None = None) -> float:
    """Return the log-odds that a contribution adds at this time (ms UTC), by the given weight or by its own."""
    return (contribution.weight if weight is None else weight) * faded_strength(contribution, at)


def weighted_signals(journey: Journey, rules: Rules) -> Signals:
    """Return the signals that add to the risk, each with its weight: learnt, else the one it was raised with.

    One silence counts once. Of the signals of the family "silence" (fixed days, own gaps) only the heaviest adds to the risk. None does
    if the cadence model knows the customer's rhythm: it counts the same silence. (On a year of a grocer's customers, counting both cost
    .01 to .015 of AUC.)
    """
    if not journey.contributions:
        return []
    learnt, modelled = rules.learnt, rules.models.cadence is not None and journey.cadence.count > 0
    found: Signals = []
    heaviest: tuple[float, str] | None = None
    for name, one in journey.contributions.items():
        weight = learnt.get(name, one.weight)
        if one.family != SILENCE:
            found.append((name, one, weight))
        elif not modelled and (heaviest is None or (weight * one.strength, name) > heaviest):
            heaviest = weight * one.strength, name
    if heaviest is not None:
        silence = journey.contributions[heaviest[1]]
        found.append((heaviest[1], silence, learnt.get(heaviest[1], silence.weight)))
    return found


def summands(journey: Journey, rules: Rules) -> list[Summand]:
    """Return every part of the log-odds but the bias, as functions of time while nothing happens."""
    found = [Summand(one.family, partial(contribution_value, one, weight=weight)) for _, one, weight in weighted_signals(journey, rules)]
    for term, weight in rules.basis_of(journey).features:
        found.append(Summand(term.family, _feature_value(term, weight, journey, rules)))
    return found


def _feature_value(term: Feature, weight: float, journey: Journey, rules: Rules) -> Callable[[int], float]:
    return lambda at: weight * term.strength(journey, rules.models, rules.horizon_days, at)


def _values(journey: Journey, at: int, rules: Rules, raised: Signals, features: Features) -> list[float]:
    """Return what every summand adds at this time (ms UTC), in the order of `summands`."""
    models, days, found = rules.models, rules.horizon_days, []
    for _, one, weight in raised:
        found.append(weight * faded_strength(one, at))
    for term, weight in features:
        found.append(weight * term.strength(journey, models, days, at))
    return found


def log_odds(journey: Journey, at: int, rules: Rules) -> float:
    """Return the sum of the bias and of all summands. It does not depend on the order in which the signals came."""
    borders, features = rules.basis_of(journey)
    parts = _values(journey, at, rules, weighted_signals(journey, rules), features)
    parts.append(borders.bias)
    return fsum(parts)


def risk(journey: Journey, at: int, rules: Rules) -> float:
    """Return the chance (0..1) of losing this customer. It is calibrated only as far as the weights are."""
    return logistic(log_odds(journey, at, rules))


def logistic(x: float) -> float:
    """Return log-odds as a chance.

    >>> logistic(0), logistic(-5000), logistic(5000)
    (0.5, 0.0, 1.0)
    """
    return 1 / (1 + exp(-x)) if x >= 0 else exp(x) / (1 + exp(x))


def band(journey: Journey, at: int, rules: Rules) -> tuple[Band, str]:
    """Return the band of the risk and a reason: "two_families" if the band is lower than the risk says, else "".

    Signals of one family alone (only silence, only money ...) never lead to more than `watch`. For example, fewer sign-ins with more
    use is a move to the app, not a farewell. A risk on a border is in the upper band.
    """
    borders, features = rules.basis_of(journey)
    raised = weighted_signals(journey, rules)
    now = _values(journey, at, rules, raised, features)
    free = borders.reached(now)
    if free < 2:
        return BANDS[free], ""
    families = [one.family for _, one, _ in raised] + [term.family for term, _ in features]
    reached = band_of(now, families, borders)
    return BANDS[reached], "two_families" if reached < free else ""


def next_crossing(journey: Journey, at: int, rules: Rules) -> int:
    """Return the next time (ms UTC) after `at` to compute the band again, if only time passes; 0: never.

    The band is then another one (exact to half a second), or no crossing happens before it.
    """
    parts, (borders, features) = summands(journey, rules), rules.basis_of(journey)
    until = 0 if features else max((_faded_at(one) for one in journey.contributions.values()), default=at)
    if not features and (until <= at or band(journey, at, rules)[0] == BANDS[0]):
        return 0
    return next_check(parts, borders, at, until, max(journey.newest, journey.acted_at))


def _faded_at(contribution: Contribution) -> int:
    halvings = log2(contribution.strength / NEGLIGIBLE) if contribution.strength > NEGLIGIBLE else 0.0
    return contribution.since + ceil(halvings * contribution.half_life_ms) + 1


def published_contributions(journey: Journey, at: int, rules: Rules) -> tuple[signals.Contribution, ...]:
    """Return the summands at this time (ms UTC) as they are published, largest first."""
    raised = [
        signals.Contribution(
            signal=name, version=one.version, family=one.family, value=contribution_value(one, at, weight), weight=weight,
            strength=one.strength, half_life_days=one.half_life_ms / DAY, since=rfc3339(one.since), evidence=tuple(one.evidence),
        )
        for name, one, weight in weighted_signals(journey, rules)
    ]  # fmt: skip
    features = [
        signals.Contribution(
            signal=term.name, version=1, family=term.family, value=weight * strength, weight=weight, strength=strength,
            half_life_days=0, since=rfc3339(journey.acted_at), evidence=(journey.acted_id,) if journey.acted_id else (),
        )
        for term, weight in rules.basis_of(journey).features
        if (strength := term.strength(journey, rules.models, rules.horizon_days, at))
    ]  # fmt: skip
    return tuple(sorted([*raised, *features], key=lambda one: (-one.value, one.signal)))
