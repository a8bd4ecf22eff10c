"""Percentile bootstrap: how a statistic varies when the same customers are drawn again, with replacement.

**Source**: B. Efron, Bootstrap methods: another look at the jackknife, Annals of Statistics 7 (1979) 1-26. A resample is how often each
example was drawn, so a statistic is a weighted one and all resamples are one matrix.
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
    """The 95 % interval of each figure of the statistic; a resample in which a figure has no value (nan) does not count for it.

    With `customers` (of each example) all examples of a customer are drawn together: two of one customer are no two witnesses.

    >>> heights = np.arange(100.0)
    >>> [(low, high)] = intervals(lambda weights: (weights @ heights / weights.sum(axis=1))[:, None], 100, seed=1)
    >>> 40 < low < 49.5 < high < 60
    True
    """
    values = np.concatenate([statistic(weights) for weights in _drawn(examples, seed, customers)])
    low, high = np.nanquantile(values, [0.025, 0.975], axis=0)
    return [(float(least), float(most)) for least, most in zip(low, high, strict=True)]


def _drawn(examples: int, seed: int, customers: Sequence[str] | None) -> Iterator[Numbers]:
    """How often each example was drawn, resample by resample, in blocks that fit into memory."""
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
