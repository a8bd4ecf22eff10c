"""The log-likelihoods of BG/NBD and Pareto/NBD, computed on columns (arrays). Only a person's request fits them; no worker does.

The functions have the same form as those of `agents.learning.cadence.likelihoods`.
"""

from __future__ import annotations

import numpy as np

from agents.learning.cadence.likelihoods import Numbers, buying, staying
from streams.cadence.beta_geometric import LARGEST_LOG, Parameters
from streams.cadence.legendre import RULE
from streams.cadence.pareto_nbd import CUT_OFF

NODES, WEIGHTS = (np.array(column)[:, np.newaxis] for column in zip(*RULE, strict=True))
ROWS = 512  # rows at a time. With 32 nodes each, an array has 128 KiB and stays in the cache: three times as fast as 2,048 rows


def bg_nbd(parameters: Parameters, x: Numbers, t_x: Numbers, age: Numbers) -> Numbers:
    """Return the log-likelihood of each row by BG/NBD. Its customers cannot drop out right after the first purchase."""
    r, alpha, a, b = parameters
    alive = buying(r, alpha, x, age) + staying(a, b, x, 0)
    odds = np.log(a / (b + np.maximum(x, 1) - 1)) + (r + x) * np.log1p((age - t_x) / (alpha + t_x))
    return np.where(x > 0, alive + np.logaddexp(0, odds), alive)


def pareto_nbd(parameters: Parameters, x: Numbers, t_x: Numbers, age: Numbers) -> Numbers:
    """Return the log-likelihood of each row by Pareto/NBD. Its customers can drop out at any time."""
    r, alpha, s, beta = parameters
    dropped = np.concatenate(
        [_dropout_integrals(parameters, *(each[i : i + ROWS] for each in (x, t_x, age))) for i in range(0, len(x), ROWS)]
    )
    silence = age - t_x
    with np.errstate(divide="ignore"):  # a customer who has just bought cannot have dropped out since: log(0)
        odds = np.log(s * dropped) + (r + x) * np.log1p(silence / (alpha + t_x)) + s * np.log1p(silence / (beta + t_x))
    return buying(r, alpha, x, age) - s * np.log1p(age / beta) + np.logaddexp(0, odds)


def _dropout_integrals(parameters: Parameters, x: Numbers, t_x: Numbers, age: Numbers) -> Numbers:
    """Return `streams.cadence.pareto_nbd._dropout_integral` of each row."""
    r, alpha, s, beta = parameters
    shape, purchasing, leaving = r + x, alpha + t_x, beta + t_x
    least = np.minimum(purchasing, leaving)
    fallen = np.minimum(purchasing * np.expm1(np.minimum(CUT_OFF / shape, LARGEST_LOG)), leaving * np.expm1(min(CUT_OFF / s, LARGEST_LOG)))
    width = np.log1p(np.minimum(age - t_x, fallen) / least)
    v = width * NODES
    y = least * np.expm1(v)
    near, far = (shape, s) if alpha < beta else (s, shape)
    height = np.exp(-near * v - far * np.log1p(y / np.maximum(purchasing, leaving))) * (least + y) / (leaving + y)
    return np.asarray((WEIGHTS * height).sum(axis=0) * width)
