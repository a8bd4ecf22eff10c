"""The log-likelihood of many histories at once, for a fit: columns of numpy in place of one customer at a time.

A function here takes the parameters of a model, with times in days, and three arrays of one length: x, t_x and age. It returns an array of
that length. MBG/NBD stands here, because the learning role fits it; `agents.tools.evaluating.families` holds the other families.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, gammaln

from streams.cadence.beta_geometric import Parameters

Numbers: TypeAlias = NDArray[np.float64]
Likelihood: TypeAlias = Callable[[Parameters, Numbers, Numbers, Numbers], Numbers]


def mbg_nbd(parameters: Parameters, x: Numbers, t_x: Numbers, age: Numbers) -> Numbers:
    """MBG/NBD: a toss at every purchase."""
    r, alpha, a, b = parameters
    odds = np.log(a / (b + x)) + (r + x) * np.log1p((age - t_x) / (alpha + t_x))
    return buying(r, alpha, x, age) + staying(a, b, x, 1) + np.logaddexp(0, odds)


def buying(r: float, alpha: float, x: Numbers, age: Numbers) -> Numbers:
    """Of x purchases in all that time, each at its own moment."""
    return _counted(x, lambda counts: gammaln(r + counts) - gammaln(r)) - r * np.log1p(age / alpha) - x * np.log(alpha + age)


def staying(a: float, b: float, x: Numbers, first: int) -> Numbers:
    """Of x tosses, and `first` at the first purchase, none to drop out."""
    return _counted(x, lambda counts: np.asarray(betaln(a, b + counts + first) - betaln(a, b), np.float64))


def _counted(x: Numbers, value: Callable[[Numbers], Numbers]) -> Numbers:
    """A function of the number of purchases alone: asked once for each number there is, not for each history."""
    return value(np.arange(x.max() + 1))[x.astype(np.intp)]
