"""Ours beside the shipped priors and the rules of thumb, on the same customers: the figures of each, and what ours gains on the best."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from agents.learning.metrics.calibration import Bin, calibration_table
from agents.learning.metrics.figures import Difference, Lift, difference, figures, lift
from agents.tools.evaluating.asking import Answers
from schemas.models import Figures

OURS, PRIORS = "ours", "ours, by shipped priors"
HIGHEST = 0.1  # share of customers whose lift is told


class Row(NamedTuple):
    """One score: its figures, of which all but the AUC mean nothing where it states no chance; and how common leavers are at its top."""

    name: str
    figures: Figures
    lift: Lift
    states_chances: bool


class Comparison(NamedTuple):
    """All scores of one question, ours first. `gained` is what ours gains on the best rule of thumb."""

    rows: tuple[Row, ...]
    bins: tuple[Bin, ...]  # calibration of ours
    best_rule: str
    gained: Difference


def compared(answers: Answers, seed: int = 0) -> Comparison:
    """The figures of these answers; intervals are bootstrapped from `seed`. Raises ValueError where nothing can be measured."""
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
    """The same order, on a scale from 0 to 1, so that a score of any unit is measured by the same code; equal values stay equal.

    >>> as_ranks([-3.0, 40.0, 40.0, 7.5])
    [0.0, 1.0, 1.0, 0.5]
    """
    known, places = np.unique(np.asarray(values), return_inverse=True)
    return [float(place) for place in places / max(1, len(known) - 1)]
