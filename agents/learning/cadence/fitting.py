"""How a cadence model is fitted to many customers: by maximum likelihood. Needs numpy and scipy; nothing that scores a customer imports it.

The search is over the logarithms of the parameters, so each stays above 0, with ages scaled to a mean of 1, so that no start depends on
the length of the record. From each of three starts (customers who differ much, somewhat and little in how often they buy) L-BFGS-B climbs;
the best end counts. Where customers hardly differ in something, as grocers' households do in dropping out, its two parameters have no
maximum but grow together, and the likelihood with them ever less: the search ends at the bounds, and the model is right all the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from scipy.optimize import OptimizeResult, minimize

from agents.learning.cadence.likelihoods import Likelihood, Numbers, mbg_nbd
from schemas.models import PARAMETERS, CadenceFamily, CadenceModel
from streams.cadence import model as scored
from streams.cadence.model import History

STARTS = (0.3, 1.0, 3.0)  # r, the shape of the purchase rate; its scale follows from the mean number of purchases
STEPS = 500  # of one climb, at most
RETURNED = 50  # customers who came back, at least: four parameters of fewer say nothing
STEEP = 1e-3  # of a customer's mean log-likelihood per unit of a parameter's logarithm
SAMPLE = 20_000  # histories at most for the first climbs, evenly through all of them in order
FARTHEST = 12.0  # |log| of a parameter in mean ages


class Law(NamedTuple):
    """A family that can be fitted: its name on the wire, and the log-likelihood of many histories under it."""

    family: CadenceFamily
    likelihood: Likelihood


MBG_NBD = Law("mbg_nbd", mbg_nbd)


def fit(law: Law, histories: Iterable[History | tuple[int, float, float, int]], until: int = 0) -> CadenceModel:
    """The model of this law under which these histories are likeliest; `until`: ms UTC up to which they were observed.

    Raises ValueError, saying what to do, for histories that cannot be, for too few of them, or where the search did not end.
    """
    table = _checked(np.array([tuple(history) for history in histories], dtype=float))
    unique, which = np.unique(table[:, :3], axis=0, return_inverse=True)
    customers: Numbers = np.bincount(which.ravel(), weights=table[:, 3]).astype(np.float64)
    x, t_x, age = np.ascontiguousarray(unique.T)
    unit = float(np.average(age, weights=customers))
    best = _climbed(law, np.stack([x, t_x / unit, age / unit]), customers)
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
    """Of these histories under a model of any family, which may have been fitted to others; natural, per day."""
    return sum(each.customers * scored.log_likelihood(model, each.x, each.t_x, each.age) for each in histories)


def _checked(table: Numbers) -> Numbers:
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


def _climbed(law: Law, histories: Numbers, customers: Numbers) -> OptimizeResult:
    """The best maximum found, over the logarithms of the parameters: from every start on a sample, from the best of its ends on all."""
    sample = slice(None, None, 1 + len(customers) // SAMPLE)
    mean = float(np.average(histories[0], weights=customers))
    ends = [_climb(law, histories[:, sample], customers[sample], np.log([r, r / mean, 1.0, 2.0])) for r in STARTS]
    best = min(ends, key=lambda end: float(end.fun))
    if sample.step > 1:
        best = _climb(law, histories, customers, best.x)
    if np.abs(best.jac).max() > STEEP:
        ended = ", ".join(f"{name} = {np.exp(log):.3g}" for name, log in zip(PARAMETERS[law.family], best.x, strict=True))
        raise ValueError(f"{law.family}: the search ended on a slope, at {ended} ({best.message}); fit more customers or another family")
    return best


def _climb(law: Law, histories: Numbers, customers: Numbers, start: Numbers) -> OptimizeResult:
    """Up from one start, until no step gains a part in 10^13 of the mean log-likelihood."""
    share = customers / customers.sum()

    def cost(logs: Numbers) -> float:
        r, alpha, third, fourth = np.exp(logs).tolist()
        return -float(law.likelihood((r, alpha, third, fourth), *histories) @ share)

    return minimize(
        cost, start, method="L-BFGS-B", jac="3-point", bounds=[(-FARTHEST, FARTHEST)] * 4,
        options={"ftol": 1e-13, "gtol": 1e-8, "maxiter": STEPS, "maxfun": 40 * STEPS},
    )  # fmt: skip
