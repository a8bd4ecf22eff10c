"""The product's risk beside the hidden chance of leaving: how well each ranks those who leave within a month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from agents.learning.metrics.figures import area, figures
from agents.world.scoring.playing import Played

HORIZON = 30  # days


class Area(NamedTuple):
    """An area under the curve (0.5: by chance, 1: perfectly), with its 95 % interval."""

    auc: float
    low: float
    high: float


class Thumb(NamedTuple):
    """How well a rule of thumb ranks the same customers."""

    rule: str
    leaving: Area | None
    bought_nothing: Area | None


class Ranking(NamedTuple):
    """How well customers are ranked. An area is None if there was nothing to tell apart."""

    day: int
    customers: int
    left: int  # within the horizon
    risk: Area | None  # the product's risk
    perfect: Area | None  # the hidden chance of leaving: nobody can know more
    against_hazard: float | None  # the product's risk, where the truth is a hazard in the upper fifth
    bought_nothing: int  # customers without a purchase within the horizon: what the product states the chance of
    risk_of_that: Area | None
    thumbs: tuple[Thumb, ...] = ()  # a rule of thumb may beat ours: then it says so


def ranking(played: Played) -> Ranking:
    """Return the ranking of the customers who were there two weeks before the risks were read."""
    hazards = _hazards(played.truths, played.judged)
    people = {one["customer"]: one for one in played.truths if one["truth"] == "customer"}
    there = [
        name for name, one in people.items()
        if name in hazards and name in played.risks and one["joined"] <= played.judged - 14 and not 0 <= one["left"] < played.judged
    ]  # fmt: skip
    leaves = [0 <= people[name]["left"] < played.judged + HORIZON for name in there]
    risks, hidden = [played.risks[name] for name in there], [hazards[name] for name in there]
    high = sorted(hidden)[int(0.8 * len(hidden))] if hidden else 0.0
    exposed, silent = [one > high for one in hidden], [played.bought.isdisjoint((name, *people[name]["ids"])) for name in there]
    return Ranking(
        played.judged, len(there), sum(leaves), _area(risks, leaves), _area(hidden, leaves),
        area(risks, exposed) if len(set(exposed)) == 2 else None, sum(silent), _area(risks, silent),
        tuple(_thumb(rule, [values[name] for name in there], leaves, silent) for rule, values in played.thumbs.items()),
    )  # fmt: skip


def _thumb(rule: str, values: Sequence[float], leaves: Sequence[bool], silent: Sequence[bool]) -> Thumb:
    scores = [each / (1 + each) for each in values]  # in the same order, and within 0 and 1
    return Thumb(rule, _area(scores, leaves), _area(scores, silent))


def _area(scores: Sequence[float], labels: Sequence[bool]) -> Area | None:
    """Return the area under the curve; None if it cannot be measured.

    >>> _area([0.1, 0.4, 0.35, 0.8] * 10, [False, False, True, True] * 10).auc, _area([0.1] * 40, [False] * 40)
    (0.75, None)
    """
    try:
        told = figures(scores, labels)
    except ValueError:
        return None
    return Area(told.auc, *told.auc_interval)


def _hazards(truths: Sequence[Mapping[str, Any]], day: int) -> dict[str, float]:
    """Return each customer's hidden hazard on the last Monday up to this day."""
    return {one["customer"]: one["hazard"] for one in truths if one["truth"] == "hidden" and one["day"] <= day}
