"""Compares our risk with the shipped priors and the rules of thumb, on the same customers.

The results are the figures of each score, and how much better ours is than the best rule of thumb.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from agents.learning.metrics.calibration import Bin, calibration_table
from agents.learning.metrics.figures import Difference, Lift, difference, figures, lift
from agents.tools.evaluating.asking import Answers
from schemas.control.models import Figures

OURS, PRIORS = "ours", "ours, by shipped priors"
HIGHEST = 0.1  # the lift is measured over this share of customers, those with the highest scores


class Row(NamedTuple):
    """The figures of one score, and its lift: how much commoner leavers are among the highest scores.

    If the score states no chance (`states_chances` is false), only its AUC and lift mean anything.
    """

    name: str
    figures: Figures
    lift: Lift
    states_chances: bool


class Comparison(NamedTuple):
    """All scores of one question, ours first. `gained` is how much better ours is than the best rule of thumb."""

    rows: tuple[Row, ...]
    bins: tuple[Bin, ...]  # calibration of ours
    best_rule: str
    gained: Difference


def compared(answers: Answers, seed: int = 0) -> Comparison:
    """Return the figures of these answers. `seed` is for the bootstrap of the intervals. Raises ValueError if nothing can be measured."""
    chances = {OURS: answers.ours, PRIORS: answers.priors}
    ranks = {name: as_ranks(values) for name, values in answers.naive.items()}
    rows = [
        Row(name, figures(risks, answers.left, seed), lift(risks, answers.left, HIGHEST, seed), name in chances)
        for name, risks in (chances | ranks).items()
    ]
    best = max((row for row in rows if not row.states_chances), key=lambda row: row.figures.auc).name
    gained = difference(answers.ours, ranks[best], answers.left, seed)
    return Comparison(tuple(rows), calibration_table(answers.ours, answers.left), best, gained)


def as_ranks(values: Sequence[float]) -> list[float]:
    """Return the scores as ranks from 0 to 1, in the same order; equal values stay equal. So one code measures scores of any unit.

    >>> as_ranks([-3.0, 40.0, 40.0, 7.5])
    [0.0, 1.0, 1.0, 0.5]
    """
    known, places = np.unique(np.asarray(values), return_inverse=True)
    return [float(place) for place in places / max(1, len(known) - 1)]
