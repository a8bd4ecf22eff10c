"""Calibration: whether stated risks are true as numbers. Of all customers with a stated risk of 30 %, 30 % should leave."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import msgspec
import numpy as np

from agents.learning.metrics.resampling import Numbers
from schemas.outputs.figures import Share
from streams.insights.intervals import share_of

FEWEST = 30  # examples; fewer are not enough for a measurement


class Bin(msgspec.Struct, frozen=True, kw_only=True):
    """Examples with similar risks: what was stated, and what happened."""

    lowest: float
    highest: float
    stated: float  # mean risk
    left: Share  # how many of them left, with Wilson's interval


def checked(risks: Sequence[float], left: Sequence[bool]) -> tuple[Numbers, Numbers]:
    """Return both as arrays. Raises ValueError if a value is no risk, or if there is nothing to measure.

    >>> checked([0.2] * 30, [False] * 30)
    Traceback (most recent call last):
    ValueError: nobody left of 30: nothing to measure risks by
    """
    stated, truth = np.asarray(risks, dtype=np.float64), np.asarray(left, dtype=np.float64)
    if stated.shape != truth.shape:
        raise ValueError(f"{len(stated)} risks and {len(truth)} outcomes: there must be one outcome for each risk")
    if len(stated) < FEWEST:
        raise ValueError(f"{len(stated)} examples are too few to measure risks by: it takes {FEWEST}")
    if not (np.isfinite(stated).all() and stated.min() >= 0 and stated.max() <= 1):
        raise ValueError("a risk is a chance from 0 to 1")
    if (gone := int(truth.sum())) in {0, len(truth)}:
        raise ValueError(f"{'everybody' if gone else 'nobody'} left of {len(truth)}: nothing to measure risks by")
    return stated, truth


def calibration_table(risks: Sequence[float], left: Sequence[bool], bins: int = 10) -> tuple[Bin, ...]:
    """Return the reliability table: examples in ascending order of risk, in `bins` bins of nearly equal size.

    Equal risks are always in one bin, so there may be fewer bins. Raises ValueError as `checked` does.

    >>> rows = calibration_table([0.1] * 30 + [0.6] * 30, [False] * 27 + [True] * 3 + [False] * 10 + [True] * 20, bins=2)
    >>> [(row.stated, round(row.left.rate, 2), row.left.of) for row in rows]
    [(0.1, 0.1, 30), (0.6, 0.67, 30)]
    """
    stated, truth = checked(risks, left)
    order = np.argsort(stated, kind="stable")
    stated, truth = stated[order], truth[order]
    borders = np.unique(stated[np.linspace(0, len(stated), bins, endpoint=False).astype(int)])
    begins = np.append(np.searchsorted(stated, borders), len(stated)).tolist()
    return tuple(
        Bin(
            lowest=float(stated[begin]), highest=float(stated[end - 1]), stated=round(float(stated[begin:end].mean()), 12),
            left=share_of(int(truth[begin:end].sum()), end - begin),
        )
        for begin, end in pairwise(begins)
    )  # fmt: skip


def log_odds(risks: Numbers, surest: float) -> Numbers:
    """Return risks as log-odds. Risks are kept within `surest` and 1 - `surest`."""
    kept = np.clip(risks, surest, 1 - surest)
    return np.log(kept / (1 - kept))


def line(stated: Numbers, left: Numbers) -> tuple[float, float] | None:
    """Return intercept and slope of log-odds(left) = intercept + slope x stated log-odds, by maximum likelihood (Newton's steps).

    None if there is no maximum: all risks are equal, or leavers and stayers do not overlap. A slope below 1 means that the risks are
    too extreme.

    **Source**: D. R. Cox, Two further applications of a model for binary regression, Biometrika 45 (1958) 562-565.

    >>> odds = np.repeat([-2.0, 0.0, 2.0], 40)
    >>> intercept, slope = line(odds, np.concatenate([np.arange(40) < 10, np.arange(40) < 20, np.arange(40) < 30]).astype(float))
    >>> bool(abs(intercept) < 1e-9), round(slope, 4), round(float(np.log(3) / 2), 4)
    (True, 0.5493, 0.5493)
    """
    leavers, stayers = stated[left > 0], stated[left == 0]
    if stayers.max() <= leavers.min() or leavers.max() <= stayers.min():
        return None
    columns = np.column_stack([np.ones_like(stated), stated])
    at = np.array([np.log(len(leavers) / len(stayers)), 0.0])
    for _ in range(100):
        expected = 1 / (1 + np.exp(-np.clip(columns @ at, -500, 500)))
        curvature = (columns * (expected * (1 - expected))[:, None]).T @ columns
        step = np.linalg.solve(curvature, columns.T @ (left - expected))
        at = at + step * min(1.0, 4.0 / max(float(np.abs(step).max()), 1e-300))
        if np.abs(step).max() < 1e-10:
            return float(at[0]), float(at[1])
    return None
