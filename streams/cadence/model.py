"""The scores of a cadence model for one customer: chance of having left, expected purchases, longest usual silence.

A history is (x, t_x, age), see `History`. For a `streams.state.Cadence` at `now` that is (gaps, last - first, now - first). The
scores change with time alone. So the caller sets a timer for the time that it needs (`silence_until`), and asks again after each
purchase. A late touchpoint may ask about a time before the latest purchase. It gets the answer of the latest purchase.

Workers score all three families, because an operator may put a model of any of them in force.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from schemas.control.models import CadenceFamily, CadenceModel
from streams.cadence import bg_nbd, mbg_nbd, pareto_nbd
from streams.cadence.beta_geometric import Parameters


class History(NamedTuple):
    """One course of purchases, and how many customers had it. Times are in days. Several purchases on one day are one."""

    x: int  # purchases after the first
    t_x: float  # from the first purchase to the latest; 0 if there was only one
    age: float  # from the first purchase to now
    customers: int = 1


class Family(Protocol):
    """One law of buying and leaving: a module whose functions take parameters in place of the model."""

    def p_alive(self, parameters: Parameters, x: int, t_x: float, age: float) -> float: ...
    def none_within(self, parameters: Parameters, x: int, t_x: float, age: float, days: float) -> float: ...
    def expected_purchases(self, parameters: Parameters, x: int, t_x: float, age: float, days: float) -> float: ...
    def silence_until(self, parameters: Parameters, x: int, t_x: float, p: float) -> float: ...
    def log_likelihood(self, parameters: Parameters, x: int, t_x: float, age: float) -> float: ...


FAMILIES: dict[CadenceFamily, Family] = {"bg_nbd": bg_nbd, "mbg_nbd": mbg_nbd, "pareto_nbd": pareto_nbd}


def p_alive(model: CadenceModel, x: int, t_x: float, age: float) -> float:
    """Return the chance that the customer is still one. It falls with silence.

    Under BG/NBD it is 1 for a customer with one purchase, so it cannot score all customers.
    """
    return FAMILIES[model.family].p_alive(model.parameters, x, t_x, age if age > t_x else t_x)


def none_within(model: CadenceModel, x: int, t_x: float, age: float, days: float) -> float:
    """Return the chance of no purchase in the `days` from now. It rises with silence, and scores all customers, by any family."""
    return FAMILIES[model.family].none_within(model.parameters, x, t_x, age if age > t_x else t_x, days)


def expected_purchases(model: CadenceModel, x: int, t_x: float, age: float, days: float) -> float:
    """Return the mean number of purchases in the `days` from now. Times the value of one, it is the expected value of the customer."""
    return FAMILIES[model.family].expected_purchases(model.parameters, x, t_x, age if age > t_x else t_x, days)


def silence_until(model: CadenceModel, x: int, t_x: float, p: float) -> float:
    """Return the days after the first purchase at which P(alive) has fallen to `p` (0..1); infinite: never. It is a time for a timer.

    >>> weekly = CadenceModel(family="mbg_nbd", parameters=(2.0, 14.0, 0.5, 5.0), customers=900, purchases=9000, log_likelihood=-3e4)
    >>> round(silence_until(weekly, 20, 140, 0.5), 1)
    170.0
    >>> round(p_alive(weekly, 20, 140, 170), 2), round(none_within(weekly, 20, 140, 170, 30), 2)
    (0.5, 0.52)
    """
    return FAMILIES[model.family].silence_until(model.parameters, x, t_x, p)


def log_likelihood(model: CadenceModel, x: int, t_x: float, age: float) -> float:
    """Return the log of the density of this history under the model. Time is in days."""
    return FAMILIES[model.family].log_likelihood(model.parameters, x, t_x, age)
