"""Fits a cadence model to many customers by maximum likelihood. It needs numpy and scipy; code that scores a customer does not import it.

The search is over the logarithms of the parameters, so that each stays above 0. Ages are scaled to a mean of 1, so that no start depends
on the length of the record. L-BFGS-B searches from three starts: customers who differ much, somewhat and little in how often they buy. The
best end is used.

Customers may hardly differ in something, as a grocer's households do in dropping out. Its two parameters then have no maximum: they grow
together, and the likelihood grows with them, but less and less. The search ends at the bounds, and the model is still right.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from scipy.optimize import OptimizeResult, minimize

from agents.learning.cadence.likelihoods import Likelihood, Numbers, mbg_nbd
from schemas.control.models import PARAMETERS, CadenceFamily, CadenceModel
from streams.cadence import model as scored
from streams.cadence.model import History

STARTS = (0.3, 1.0, 3.0)  # r, the shape of the purchase rate; its scale follows from the mean number of purchases
STEPS = 500  # of one search, at most
RETURNED = 50  # customers who came back, at least; with fewer, four parameters mean nothing
STEEP = 1e-3  # slope of the mean log-likelihood per unit of a parameter's logarithm; a steeper end is no maximum
SAMPLE = 20_000  # about so many histories for the first searches, taken evenly from all
FARTHEST = 12.0  # bound of |log| of a parameter, with times in mean ages


class Law(NamedTuple):
    """A family that can be fitted: its name on the wire, and the log-likelihood of many histories under it."""

    family: CadenceFamily
    likelihood: Likelihood


MBG_NBD = Law("mbg_nbd", mbg_nbd)


def fit(law: Law, histories: Iterable[History | tuple[int, float, float, int]], until: int = 0) -> CadenceModel:
    """Return the model of this law under which the histories are most likely. `until` is the end of the observation (ms UTC).

    Raises ValueError, with what to do, for impossible histories, for too few of them, or if the search found no maximum.
    """
    table = _check(np.array([tuple(history) for history in histories], dtype=float))
    unique, which = np.unique(table[:, :3], axis=0, return_inverse=True)
    customers: Numbers = np.bincount(which.ravel(), weights=table[:, 3]).astype(np.float64)
    x, t_x, age = np.ascontiguousarray(unique.T)
    unit = float(np.average(age, weights=customers))
    best = _best_maximum(law, np.stack([x, t_x / unit, age / unit]), customers)
    first, scale, third, fourth = (float(value) for value in np.exp(best.x))
    parameters = (first, scale * unit, third, fourth * unit if PARAMETERS[law.family][3] == "beta" else fourth)
    return CadenceModel(
        family=law.family,
        parameters=parameters,
        customers=round(customers.sum()),
        purchases=round(float(x @ customers)),
        log_likelihood=float(law.likelihood(parameters, x, t_x, age) @ customers),
        until=until,
    )


def log_likelihood(model: CadenceModel, histories: Iterable[History]) -> float:
    """Return the log-likelihood (natural, times in days) of these histories under a model of any family, also one fitted to others."""
    return sum(each.customers * scored.log_likelihood(model, each.x, each.t_x, each.age) for each in histories)


def _check(table: Numbers) -> Numbers:
    if not len(table):
        raise ValueError("no histories to fit a cadence model to")
    x, t_x, age, customers = table.T
    wrong = ~np.isfinite(table).all(axis=1) | (x < 0) | (t_x < 0) | (age < t_x) | (customers < 1) | ((x > 0) != (t_x > 0))
    if wrong.any():
        history = tuple(table[wrong][0].tolist())
        raise ValueError(f"no history (x, t_x, age, customers): {history}; 0 <= t_x <= age in days, t_x is 0 where x is and only there")
    returned = round(float(customers[x > 0].sum()))
    if returned < RETURNED:
        raise ValueError(f"{returned} customers bought on a second day, a cadence needs {RETURNED}: wait, or see that purchases arrive")
    return table


def _best_maximum(law: Law, histories: Numbers, customers: Numbers) -> OptimizeResult:
    """Return the best maximum over the logarithms of the parameters. Search a sample from every start, then all from the best end.

    Raises ValueError if the end is no maximum.
    """
    sample = slice(None, None, 1 + len(customers) // SAMPLE)
    mean = float(np.average(histories[0], weights=customers))
    ends = [_search(law, histories[:, sample], customers[sample], np.log([r, r / mean, 1.0, 2.0])) for r in STARTS]
    best = min(ends, key=lambda end: float(end.fun))
    if sample.step > 1:
        best = _search(law, histories, customers, best.x)
    if np.abs(best.jac).max() > STEEP:
        ended = ", ".join(f"{name} = {np.exp(log):.3g}" for name, log in zip(PARAMETERS[law.family], best.x, strict=True))
        raise ValueError(f"{law.family}: the search ended on a slope, at {ended} ({best.message}); fit more customers or another family")
    return best


def _search(law: Law, histories: Numbers, customers: Numbers, start: Numbers) -> OptimizeResult:
    """Search from one start, until a step gains less than a part in 10^13 of the mean log-likelihood."""
    share = customers / customers.sum()

    def cost(logs: Numbers) -> float:
        r, alpha, third, fourth = np.exp(logs).tolist()
        return -float(law.likelihood((r, alpha, third, fourth), *histories) @ share)

    return minimize(
        cost, start, method="L-BFGS-B", jac="3-point", bounds=[(-FARTHEST, FARTHEST)] * 4,
        options={"ftol": 1e-13, "gtol": 1e-8, "maxiter": STEPS, "maxfun": 40 * STEPS},
    )  # fmt: skip
