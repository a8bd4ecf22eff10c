"""Compares stated risks with outcomes: ranking, sharpness, calibration, and by how much one score is better than another.

Risks are chances 0..1. `left` says for each whether the customer left. Intervals are 95 % (by bootstrap; for a share Wilson's). With
fewer than 30 examples, or if nobody left or nobody stayed, there is nothing to measure: ValueError.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from agents.learning.metrics.calibration import checked, line, log_odds
from agents.learning.metrics.resampling import Numbers, Statistic, intervals
from schemas.control.models import Figures

SURE = 1e-9  # for log loss, risks are kept within SURE and 1 - SURE


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """How much better one score is than another on the same examples: above 0 it is better. Intervals are of paired differences."""

    auc: float
    auc_interval: tuple[float, float]
    log_loss: float  # theirs minus ours
    log_loss_interval: tuple[float, float]


class Lift(msgspec.Struct, frozen=True, kw_only=True):
    """How much more often customers with the highest risks left than all customers."""

    share: float  # of all examples; these count as the highest
    rate: float  # share of those that left
    overall: float  # share of all that left
    lift: float  # rate / overall
    interval: tuple[float, float]


def figures(risks: Sequence[float], left: Sequence[bool], seed: int = 0, customers: Sequence[str] | None = None) -> Figures:
    """Return the figures of these risks. Give `customers` if some have several examples: then customers are resampled, not examples.

    >>> found = figures([0.1, 0.2, 0.3, 0.4, 0.5] * 20, [False, False, False, True, True, False, True, False, True, False] * 10)
    >>> found.examples, found.left, round(found.auc, 2), round(found.brier, 2)
    (100, 40, 0.75, 0.21)
    """
    stated, truth = checked(risks, left)
    areas, losses = ranked(stated, truth), log_losses(stated, truth)
    once = np.ones((1, len(stated)))
    intercept, slope = line(log_odds(stated, SURE), truth) or (None, None)
    return Figures(
        examples=len(stated),
        left=int(truth.sum()),
        auc=float(areas(once)[0, 0]),
        auc_interval=intervals(areas, len(stated), seed, customers)[0],
        brier=float(np.mean((stated - truth) ** 2)),
        log_loss=float(losses.mean()),
        intercept=intercept,
        slope=slope,
    )


def area(values: Sequence[float], left: Sequence[bool]) -> float:
    """Return how often a leaver has the higher value than a stayer; ties count one half. The values may be of any unit.

    >>> area([3.0, 40.0, 7.5, 7.5], [False, True, False, True])
    0.875
    """
    found = ranked(np.asarray(values, dtype=np.float64), np.asarray(left, dtype=np.float64))(np.ones((1, len(values))))
    return float(found[0, 0])


def difference(
    ours: Sequence[float], theirs: Sequence[float], left: Sequence[bool], seed: int = 0, customers: Sequence[str] | None = None
) -> Difference:
    """Return how much better our risks are than theirs on the same examples.

    >>> truth = [False, False, True, False, True] * 20
    >>> gained = difference([0.1, 0.2, 0.6, 0.3, 0.7] * 20, [0.4] * 100, truth)
    >>> gained.auc, gained.log_loss_interval[0] > 0
    (0.5, True)
    """
    (first, truth), (second, _) = checked(ours, left), checked(theirs, left)
    mine, yours = ranked(first, truth), ranked(second, truth)
    gained = log_losses(second, truth) - log_losses(first, truth)

    def gains(weights: Numbers) -> Numbers:
        loss = weights @ gained / weights.sum(axis=1)
        return np.column_stack([(mine(weights) - yours(weights))[:, 0], loss])

    auc, log_loss = gains(np.ones((1, len(first))))[0].tolist()
    by_auc, by_loss = intervals(gains, len(first), seed, customers)
    return Difference(auc=auc, auc_interval=by_auc, log_loss=log_loss, log_loss_interval=by_loss)


def lift(risks: Sequence[float], left: Sequence[bool], share: float = 0.1, seed: int = 0, customers: Sequence[str] | None = None) -> Lift:
    """Return how much more often customers with the highest `share` (0..1] of risks left. Equal risks at the border count in part.

    >>> lift([0.9] * 10 + [0.1] * 90, [True] * 10 + [False] * 80 + [True] * 10).lift
    5.0
    """
    stated, truth = checked(risks, left)
    if not 0 < share <= 1:
        raise ValueError(f"a share lies above 0 and not above 1: {share}")
    rates = _highest(stated, truth, share)
    rate, overall = rates(np.ones((1, len(stated))))[0, :2].tolist()
    by_lift = intervals(rates, len(stated), seed, customers)[2]
    return Lift(share=share, rate=rate, overall=overall, lift=rate / overall, interval=by_lift)


def log_losses(risks: Numbers, left: Numbers) -> Numbers:
    """Return for each example minus the log of the chance that was given to the actual outcome."""
    given = np.where(left > 0, risks, 1 - risks)
    losses: Numbers = -np.log(np.clip(given, SURE, 1 - SURE))
    return losses


def ranked(risks: Numbers, left: Numbers) -> Statistic:
    """Return the statistic "area under the ROC curve": how often a leaver's risk is higher than a stayer's; ties count one half."""
    order = np.argsort(risks, kind="stable")
    leave, stay = order[left[order] > 0], order[left[order] == 0]
    below, not_above = (np.searchsorted(risks[stay], risks[leave], side) for side in ("left", "right"))

    def areas(weights: Numbers) -> Numbers:
        leavers, stayers = weights[:, leave], np.zeros((len(weights), len(stay) + 1))
        np.cumsum(weights[:, stay], axis=1, out=stayers[:, 1:])
        won = np.einsum("ij,ij->i", leavers, stayers[:, below] + stayers[:, not_above]) / 2
        pairs = leavers.sum(axis=1) * stayers[:, -1]
        share: Numbers = np.divide(won, pairs, out=np.full(len(pairs), np.nan), where=pairs > 0)
        return share[:, None]

    return areas


def _highest(risks: Numbers, left: Numbers, share: float) -> Statistic:
    """Return a statistic with three figures: the rate among the highest, the rate among all, and their ratio."""
    order, begins = _groups(-risks)

    def rates(weights: Numbers) -> Numbers:
        drawn, leavers = (np.add.reduceat((weights * truth)[:, order], begins, axis=1) for truth in (np.ones_like(left), left))
        every = drawn.sum(axis=1)
        taken = np.clip(share * every[:, None] - (np.cumsum(drawn, axis=1) - drawn), 0, drawn)
        found = np.divide(leavers * taken, drawn, out=np.zeros_like(drawn), where=drawn > 0).sum(axis=1)
        rate, overall = found / (share * every), leavers.sum(axis=1) / every
        return np.column_stack([rate, overall, np.divide(rate, overall, out=np.full(len(rate), np.nan), where=overall > 0)])

    return rates


def _groups(values: Numbers) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the order of ascending values, and where in it each run of equal values begins."""
    order = np.argsort(values, kind="stable")
    ascending = values[order]
    return order, np.flatnonzero(np.concatenate([[True], ascending[1:] != ascending[:-1]]))
