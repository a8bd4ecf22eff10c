"""What a cadence model says of one customer: alive or gone, how many purchases ahead, how long a silence is still usual.

A history is (x, t_x, age), as `History` says. Of a `streams.state.Cadence` at `now` that is (gaps, last - first, now - first). The scores
change with time alone. So the caller sets a timer for the moment that it cares about (`silence_until`), and asks again after each purchase.
A late touchpoint may ask about a moment before the latest purchase: then the answer is that of the latest purchase.

Workers score all three families, because an operator may put a model of any of them in force.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from schemas.models import CadenceFamily, CadenceModel
from streams.cadence import bg_nbd, mbg_nbd, pareto_nbd
from streams.cadence.beta_geometric import Parameters


class History(NamedTuple):
    """One course of buying, and how many customers had it. Times in days; several purchases on one day are one."""

    x: int  # purchases after the first
    t_x: float  # from the first to the latest; 0 where there was one
    age: float  # from the first to now
    customers: int = 1


class Family(Protocol):
    """One law of buying and dropping out: a module, whose functions take its parameters in place of the model."""

    def p_alive(self, parameters: Parameters, x: int, t_x: float, age: float) -> float: ...
    def none_within(self, parameters: Parameters, x: int, t_x: float, age: float, days: float) -> float: ...
    def expected(self, parameters: Parameters, x: int, t_x: float, age: float, days: float) -> float: ...
    def silence_until(self, parameters: Parameters, x: int, t_x: float, p: float) -> float: ...
    def log_likelihood(self, parameters: Parameters, x: int, t_x: float, age: float) -> float: ...


FAMILIES: dict[CadenceFamily, Family] = {"bg_nbd": bg_nbd, "mbg_nbd": mbg_nbd, "pareto_nbd": pareto_nbd}


def p_alive(model: CadenceModel, x: int, t_x: float, age: float) -> float:
    """Chance that the customer is still one: falls with silence. Under BG/NBD 1 for who bought once, hence no score for all customers."""
    return FAMILIES[model.family].p_alive(model.parameters, x, t_x, age if age > t_x else t_x)


def none_within(model: CadenceModel, x: int, t_x: float, age: float, days: float) -> float:
    """Chance of no purchase in the `days` from now: rises with silence. A score of churn for all customers, whatever the family."""
    return FAMILIES[model.family].none_within(model.parameters, x, t_x, age if age > t_x else t_x, days)


def expected(model: CadenceModel, x: int, t_x: float, age: float, days: float) -> float:
    """Mean number of purchases in the `days` from now: times what one is worth, the customer's value ahead."""
    return FAMILIES[model.family].expected(model.parameters, x, t_x, age if age > t_x else t_x, days)


def silence_until(model: CadenceModel, x: int, t_x: float, p: float) -> float:
    """Days after the first purchase at which P(alive) has fallen to `p` (0..1): when to wake. Infinite: never.

    >>> weekly = CadenceModel(family="mbg_nbd", parameters=(2.0, 14.0, 0.5, 5.0), customers=900, purchases=9000, log_likelihood=-3e4)
    >>> round(silence_until(weekly, 20, 140, 0.5), 1)
    170.0
    >>> round(p_alive(weekly, 20, 140, 170), 2), round(none_within(weekly, 20, 140, 170, 30), 2)
    (0.5, 0.52)
    """
    return FAMILIES[model.family].silence_until(model.parameters, x, t_x, p)


def log_likelihood(model: CadenceModel, x: int, t_x: float, age: float) -> float:
    """Log of the density of this history under the model, time in days."""
    return FAMILIES[model.family].log_likelihood(model.parameters, x, t_x, age)
