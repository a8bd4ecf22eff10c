"""Curves over the customers of one question: how well a score finds those who leave, and what their risks consist of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from agents.tools.evaluating.asking import Answers

POINTS = 120  # a curve has so many points at most


class Curve(NamedTuple):
    """Points of a curve, x ascending."""

    x: list[float]
    y: list[float]


class Reason(NamedTuple):
    """One summand of the risk, and how much it added on average (log-odds) to those who left and to those who stayed."""

    name: str
    of_leavers: float
    of_stayers: float


def roc(scores: Sequence[float], left: Sequence[bool]) -> Curve:
    """Return the ROC curve: at each value of the score, the share of stayers (x) and of leavers (y) at or above it.

    Customers with equal scores are one point.

    >>> roc([0.9, 0.5, 0.5, 0.1], [True, True, False, False])
    Curve(x=[0.0, 0.0, 0.5, 1.0], y=[0.0, 0.5, 1.0, 1.0])
    """
    values, truth = np.asarray(scores), np.asarray(left, dtype=float)
    order = np.argsort(-values, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(values[order])), len(order) - 1)
    leavers, stayers = np.cumsum(truth[order])[ends], np.cumsum(1 - truth[order])[ends]
    return _thin(np.append(0.0, stayers / stayers[-1]), np.append(0.0, leavers / leavers[-1]))


def lifts(scores: Sequence[float], left: Sequence[bool]) -> Curve:
    """Return the lift curve. x: a share of customers (percent), highest scores first. y: how much commoner leaving is in it than in all."""
    values, truth = np.asarray(scores), np.asarray(left, dtype=float)
    found = np.cumsum(truth[np.argsort(-values, kind="stable")])
    counts = np.unique(np.linspace(0.02 * len(values), len(values), 60).round().astype(int).clip(1))
    return Curve([float(x) for x in 100 * counts / len(values)], [float(y) for y in found[counts - 1] / counts / truth.mean()])


def reasons(answers: Answers, most: int = 12) -> list[Reason]:
    """Return the `most` summands whose averages for leavers and stayers differ most, the largest difference first."""
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for because, left in zip(answers.because, answers.left, strict=True):
        for one in because:
            sums[one.signal][0 if left else 1] += one.value
    leavers = sum(answers.left)
    stayers = len(answers.left) - leavers
    found = [Reason(name, gone / leavers, stayed / stayers) for name, (gone, stayed) in sums.items()]
    return sorted(found, key=lambda one: -abs(one.of_leavers - one.of_stayers))[:most]


def _thin(x: np.ndarray, y: np.ndarray) -> Curve:
    kept = np.unique(np.linspace(0, len(x) - 1, POINTS).round().astype(int))
    return Curve([float(each) for each in x[kept]], [float(each) for each in y[kept]])
