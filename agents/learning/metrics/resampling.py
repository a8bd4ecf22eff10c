"""Percentile bootstrap: how a statistic varies when the same customers are drawn again, with replacement.

A resample says how often each example was drawn. A statistic therefore takes weights, and all resamples are one matrix.

**Source**: B. Efron, Bootstrap methods: another look at the jackknife, Annals of Statistics 7 (1979) 1-26.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[np.float64]
Statistic: TypeAlias = Callable[[Numbers], Numbers]  # weights (resamples x examples) -> values (resamples x figures)
RESAMPLES = 1_000
CELLS = 4_000_000  # weights in memory at once


def intervals(statistic: Statistic, examples: int, seed: int, customers: Sequence[str] | None = None) -> list[tuple[float, float]]:
    """Return the 95 % interval of each figure of the statistic. A resample in which a figure is nan does not count for that figure.

    With `customers` (one per example) all examples of a customer are drawn together, because they are not independent.

    >>> heights = np.arange(100.0)
    >>> [(low, high)] = intervals(lambda weights: (weights @ heights / weights.sum(axis=1))[:, None], 100, seed=1)
    >>> 40 < low < 49.5 < high < 60
    True
    """
    values = np.concatenate([statistic(weights) for weights in _resamples(examples, seed, customers)])
    low, high = np.nanquantile(values, [0.025, 0.975], axis=0)
    return [(float(least), float(most)) for least, most in zip(low, high, strict=True)]


def _resamples(examples: int, seed: int, customers: Sequence[str] | None) -> Iterator[Numbers]:
    """Yield how often each example was drawn (resamples x examples), in blocks that fit into memory."""
    which = (
        None if customers is None or len(set(customers)) == examples else np.unique(np.asarray(customers), return_inverse=True)[1].ravel()
    )
    drawn_from = examples if which is None else int(which.max()) + 1
    generator, block = np.random.default_rng(seed), max(1, CELLS // examples)
    for begin in range(0, RESAMPLES, block):
        rows = min(block, RESAMPLES - begin)
        picks = generator.integers(drawn_from, size=(rows, drawn_from)) + drawn_from * np.arange(rows)[:, None]
        counts = np.bincount(picks.ravel(), minlength=rows * drawn_from).reshape(rows, drawn_from).astype(np.float64)
        yield counts if which is None else counts[:, which]
