"""How stated risks fared against what came true: ranking, sharpness, calibration, and by how much one score beats another.

Risks are chances 0..1, `left` whether each came true. Intervals are 95 % (bootstrap; of a share Wilson's). Below 30 examples, or where
nobody left or nobody stayed, there is nothing to measure: ValueError.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from agents.learning.metrics.calibration import checked, line, log_odds
from agents.learning.metrics.resampling import Numbers, Statistic, intervals
from schemas.models import Figures

SURE = 1e-9  # log loss takes no risk for surer than this


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """What one score gains on another, by the same examples; above 0 it is the better one. Intervals are of the paired differences."""

    auc: float
    auc_interval: tuple[float, float]
    log_loss: float  # theirs minus ours
    log_loss_interval: tuple[float, float]


class Lift(msgspec.Struct, frozen=True, kw_only=True):
    """How much commoner leaving was among those with the highest risks than among all."""

    share: float  # of all examples: who counts as highest
    rate: float  # how many of those left
    overall: float  # how many of all left
    lift: float  # rate / overall
    interval: tuple[float, float]


def figures(risks: Sequence[float], left: Sequence[bool], seed: int = 0, customers: Sequence[str] | None = None) -> Figures:
    """How these risks fared. Give `customers` where some have several examples: then they are resampled, not examples.

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


def difference(
    ours: Sequence[float], theirs: Sequence[float], left: Sequence[bool], seed: int = 0, customers: Sequence[str] | None = None
) -> Difference:
    """What our risks gain on theirs by the same examples.

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
    """How much commoner leaving was among the highest `share` of risks (0..1]; of equal risks at the border an equal part counts.

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
    """Of each example minus the log of the chance that was given to what came true."""
    given = np.where(left > 0, risks, 1 - risks)
    losses: Numbers = -np.log(np.clip(given, SURE, 1 - SURE))
    return losses


def ranked(risks: Numbers, left: Numbers) -> Statistic:
    """The area under the ROC curve of each resample: of a leaver and a stayer, how often the leaver's risk is higher, ties one half."""
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
    """Of each resample: the rate among the highest, the rate among all, and their ratio."""
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
    """Examples in ascending order, and where in it each run of equal values begins."""
    order = np.argsort(values, kind="stable")
    ascending = values[order]
    return order, np.flatnonzero(np.concatenate([[True], ascending[1:] != ascending[:-1]]))
