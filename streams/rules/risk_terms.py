"""The base features of the risk (our word: terms): what is true of a customer at any time. Signals are raised and fade; these do not.

Customers whose rhythm the cadence model knows (they bought, and a model is in force) have another sum than all others:

| term | strength at full weight 1 | while nothing happens | prior weight |
|---|---|---|---|
| `cadence` | log-odds of no purchase within the horizon by the published cadence model, above the usual | rises | 1 |
| `known:visits` | log(1 + purchases after the first) | stays | 0 |
| `known:overdue` | log(1 + silence over the customer's own mean gap) | rises | 0 |
| `idle` | log(1 + days since the customer's latest own act) | rises | 0 |
| `week:ACTIVITY` | log(1 + touchpoints of the activity, asking or browsing, in the last 7 days) | falls | 0 |
| `lately:ACTIVITY` | log(1 + the same for every activity in 14 days) | falls | 0 |
| `quarter:ACTIVITY` | log(1 + the same in 13 weeks) | falls | 0 |

The bias of the known is the usual too, so their risk without anything else is the model's own chance of no purchase, to the digit. The
last four have weights of their own beside a model (`known:idle`, `known:week:asking` ...). Alone they tell how silent somebody is.
Beside a model they only tell where it is wrong. A weight learnt for one would count the same silence twice in the other.

The rules of thumb are all among the terms: days since the latest act, number of purchases, silence over the own mean gap. So where one
ranks better than the model, the sum can learn it. A prior of 0 means that we know no number that holds for every company. Such a term
counts only after its weight was learnt.

The signs are fixed, whatever the records seem to say. Silence never lowers the risk, and recent contact never raises it. (A lender's
records support the second rule: customers with more call-backs cancelled less.)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import log, log1p
from typing import Literal, NamedTuple

from schemas.control.models import BASIS, LearntWeights, Models
from schemas.durations import DAY, week_of
from schemas.touchpoints import ACTIVITIES
from streams.cadence.model import FAMILIES
from streams.cadence.own_rhythm import buying_history
from streams.rules.bands import Borders
from streams.state import DAYS, WEEKS, Journey
from streams.state.counters import recent_count

USUAL = -2.5  # log-odds of leaving without any signal: the blueprint's default bias [ours]
LOWEST, HIGHEST = -8.0, 8.0  # log-odds: no model can know chances beyond 1 in 3,000
CADENCE = "cadence"
BESIDE = "known:"  # begins the name of a term that stands beside the cadence
PRIORS = {CADENCE: 1.0}

Family = Literal["silence", "decline"]
Strength = Callable[[Journey, Models, float, int], float]  # (journey, models in force, horizon in days, time in ms UTC)


class Feature(NamedTuple):
    """One base feature: its strength at a time (ms UTC). While nothing happens it moves in one direction only. 0: nothing is known."""

    name: str
    family: Family
    strength: Strength


class Basis(NamedTuple):
    """What the signals are added to: the bias with the borders of the bands, and the base features that count, with their weights."""

    borders: Borders
    features: tuple[tuple[Feature, float], ...]


def cadence_strength(journey: Journey, models: Models, horizon_days: float, at: int) -> float:
    """Return how far the log-odds of no purchase within the horizon are above the usual; 0 without a model or a purchase.

    >>> from schemas.control.models import CadenceModel
    >>> from streams.state import Cadence
    >>> model = CadenceModel(family="mbg_nbd", parameters=(1.4, 9.6, 0.04, 47.0), customers=9, purchases=9, log_likelihood=-1.0)
    >>> bought = Journey(cadence=Cadence(count=11, first=0, last=70 * DAY, gaps=10, mean_days=7.0))
    >>> [round(cadence_strength(bought, Models(model), 60, days * DAY), 1) for days in (70, 100, 200)]
    [-3.5, -0.9, 6.3]
    """
    model, cadence = models.cadence, journey.cadence
    if model is None or not cadence.count:
        return 0.0
    purchases, latest, age = buying_history(cadence, at)
    p = FAMILIES[model.family].none_within(model.parameters, purchases, latest, age, horizon_days)
    odds = HIGHEST if p >= 1 else LOWEST if p <= 0 else log(p / (1 - p))
    return (HIGHEST if odds > HIGHEST else LOWEST if odds < LOWEST else odds) - USUAL


def idle_strength(journey: Journey, _models: Models, _horizon_days: float, at: int) -> float:
    """Return log(1 + days since the customer's latest own act); 0 if there was none."""
    return log1p(max(at - journey.acted_at, 0) / DAY) if journey.acted_at else 0.0


def visits_strength(journey: Journey, _models: Models, _horizon_days: float, _at: int) -> float:
    """Return log(1 + purchases after the first, those of one day counted once)."""
    return log1p(journey.cadence.gaps)


def overdue_strength(journey: Journey, _models: Models, _horizon_days: float, at: int) -> float:
    """Return log(1 + days since the latest purchase over the customer's own mean gap). Who bought on one day only has one so far."""
    cadence = journey.cadence
    return log1p(max(at - cadence.last, 0) / DAY / cadence.mean_days) if cadence.gaps and cadence.mean_days > 0 else log(2)


def _week_strength(slot: int) -> Strength:
    return lambda journey, _models, _days, at: log1p(recent_count(journey.days, slot, 7 - max(0, at // DAY - journey.day)))


def _two_week_strength(slot: int) -> Strength:
    return lambda journey, _models, _days, at: log1p(recent_count(journey.days, slot, DAYS - max(0, at // DAY - journey.day)))


def _quarter_strength(slot: int) -> Strength:
    return lambda journey, _models, _days, at: log1p(
        recent_count(journey.weeks, slot, WEEKS - max(0, week_of(at // DAY) - week_of(journey.day)))
    )


def _by_name(*features: Feature) -> dict[str, Feature]:
    return {feature.name: feature for feature in features}


ALONE = _by_name(
    Feature("idle", "silence", idle_strength),
    *(Feature(f"week:{activity}", "decline", _week_strength(ACTIVITIES.index(activity))) for activity in ("asking", "browsing")),
    *(Feature(f"lately:{activity}", "decline", _two_week_strength(slot)) for slot, activity in enumerate(ACTIVITIES)),
    *(Feature(f"quarter:{activity}", "decline", _quarter_strength(slot)) for slot, activity in enumerate(ACTIVITIES)),
)  # of customers whose rhythm no model knows
KNOWN = _by_name(
    Feature(CADENCE, "silence", cadence_strength),
    Feature(f"{BESIDE}visits", "decline", visits_strength),
    Feature(f"{BESIDE}overdue", "silence", overdue_strength),
    *(feature._replace(name=f"{BESIDE}{name}") for name, feature in ALONE.items() if not name.endswith(":buying")),
)  # of all others; what they bought, and when, the cadence tells
FEATURES = ALONE | KNOWN


def sign_of(name: str) -> int:
    """Return the direction of a weight, whatever was learnt: 1 raises the risk, -1 lowers it.

    >>> sign_of("lately:asking"), sign_of("idle"), sign_of("complaint_unresolved")
    (-1, 1, 1)
    """
    return -1 if name in FEATURES and FEATURES[name].family == "decline" else 1


def usable(learnt: LearntWeights | None) -> LearntWeights | None:
    """Return these weights, or None if they were learnt for another basis: what they were added to has another meaning.

    >>> old = LearntWeights(bias=-1.0, weights={"cadence": 0.3}, horizon_days=60, examples=900)
    >>> usable(old) is None, usable(LearntWeights(bias=-1.0, weights={}, horizon_days=60, examples=900, basis=BASIS)).bias
    (True, -1.0)
    """
    return learnt if learnt is not None and learnt.basis == BASIS else None


def weighted(features: Mapping[str, Feature], learnt: LearntWeights | None) -> tuple[tuple[Feature, float], ...]:
    """Return these features with their weights: learnt, else the prior. Those of weight 0 are left out.

    >>> [(feature.name, weight) for feature, weight in weighted(KNOWN, None)], weighted(ALONE, None)
    ([('cadence', 1.0)], ())
    """
    weights = learnt.weights if learnt else {}
    known = {name: weights.get(name, PRIORS.get(name, 0.0)) for name in features}
    return tuple((features[name], weight) for name, weight in known.items() if weight)
