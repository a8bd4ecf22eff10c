"""The product's risk beside the hidden chance of leaving: how well each ranks those who leave within a month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from agents.world.scoring.playing import Played

HORIZON = 30  # days


class Ranking(NamedTuple):
    """How well leavers are ranked: areas under the curve (0.5: by chance, 1: perfectly)."""

    day: int
    customers: int
    left: int  # within the horizon
    auc: float | None  # of the product's risk; None: nobody left
    perfect: float | None  # of the hidden hazard: nobody can know more
    against_hazard: float | None  # of the product's risk, where the truth is a hazard in the upper fifth


def auc(scores: Sequence[float], labels: Sequence[bool]) -> float | None:
    """Return the area under the curve; ties count half. None without both sorts.

    >>> auc([0.1, 0.4, 0.35, 0.8], [False, False, True, True])
    0.75
    """
    positives, negatives = sum(labels), len(labels) - sum(labels)
    if not positives or not negatives:
        return None
    order = sorted(range(len(scores)), key=lambda one: scores[one])
    ranks, place = 0.0, 0
    while place < len(order):
        end = place
        while end < len(order) and scores[order[end]] == scores[order[place]]:
            end += 1
        ranks += (place + end + 1) / 2 * sum(labels[one] for one in order[place:end])
        place = end
    return (ranks - positives * (positives + 1) / 2) / (positives * negatives)


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
    return Ranking(
        played.judged, len(there), sum(leaves), auc(risks, leaves), auc(hidden, leaves), auc(risks, [one > high for one in hidden])
    )


def _hazards(truths: Sequence[Mapping[str, Any]], day: int) -> dict[str, float]:
    """Return each customer's hidden hazard on the last Monday up to this day."""
    return {one["customer"]: one["hazard"] for one in truths if one["truth"] == "hidden" and one["day"] <= day}
