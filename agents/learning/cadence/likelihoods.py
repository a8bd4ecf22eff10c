"""The log-likelihood of many histories at once, for a fit: numpy arrays in place of one customer at a time.

A likelihood takes the parameters of a model, with times in days, and three arrays of one length: x, t_x and age. It returns an array of
that length. MBG/NBD is here, because the learning role fits it. The other families are in `agents.tools.evaluating.families`.
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
    """Return the log-likelihood of MBG/NBD: a customer may drop out at every purchase, by a toss of a coin."""
    r, alpha, a, b = parameters
    odds = np.log(a / (b + x)) + (r + x) * np.log1p((age - t_x) / (alpha + t_x))
    return buying(r, alpha, x, age) + staying(a, b, x, 1) + np.logaddexp(0, odds)


def buying(r: float, alpha: float, x: Numbers, age: Numbers) -> Numbers:
    """Return the log-likelihood of x purchases at their times, if the customer did not drop out within `age`."""
    return _counted(x, lambda counts: gammaln(r + counts) - gammaln(r)) - r * np.log1p(age / alpha) - x * np.log(alpha + age)


def staying(a: float, b: float, x: Numbers, first: int) -> Numbers:
    """Return the log of the chance that x tosses, and `first` more at the first purchase, all mean staying."""
    return _counted(x, lambda counts: np.asarray(betaln(a, b + counts + first) - betaln(a, b), np.float64))


def _counted(x: Numbers, value: Callable[[Numbers], Numbers]) -> Numbers:
    """Return a function of the number of purchases for each history. It is computed once per number, not per history."""
    return value(np.arange(x.max() + 1))[x.astype(np.intp)]
