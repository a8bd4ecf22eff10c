"""Models of several families fitted to the same histories, which of them is taken, and what can be checked of it.

All have four parameters, so the higher likelihood is the better AIC. BG/NBD is fitted where it is asked for and never taken by itself:
its P(alive) is 1 for everybody who bought once, who are the customers who buy least.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import log

from agents.learning.cadence.fitting import MBG_NBD, Law, fit
from agents.learning.cadence.purchases import Purchases
from agents.tools.evaluating.families.likelihoods import bg_nbd, pareto_nbd
from schemas.models import PARAMETERS, CadenceFamily, CadenceModel
from streams.cadence.model import History, expected, none_within

LAWS: dict[CadenceFamily, Law] = {law.family: law for law in (Law("bg_nbd", bg_nbd), MBG_NBD, Law("pareto_nbd", pareto_nbd))}
BEST: tuple[CadenceFamily, ...] = ("mbg_nbd", "pareto_nbd")


@dataclass
class Fitted:
    """The models that could be fitted, the likeliest first, and why others could not."""

    models: list[CadenceModel] = field(default_factory=list)
    failed: dict[CadenceFamily, str] = field(default_factory=dict)

    @property
    def best(self) -> CadenceModel:
        """The likeliest. Raises ValueError with every reason where there is none."""
        if not self.models:
            raise ValueError("; ".join(self.failed.values()))
        return self.models[0]


def fitted(families: Iterable[CadenceFamily], histories: Sequence[History], until: int) -> Fitted:
    """Models of these families; `until`: ms UTC up to which the histories were observed."""
    found = Fitted()
    for family in families:
        try:
            found.models.append(fit(LAWS[family], histories, until))
        except ValueError as error:
            found.failed[family] = str(error)
    found.models.sort(key=lambda model: -model.log_likelihood)
    return found


def in_units(model: CadenceModel, days: float) -> dict[str, float]:
    """The parameters by name, and the log-likelihood, where time is counted in units of so many days: papers count in weeks.

    >>> model = CadenceModel(family="bg_nbd", parameters=(0.243, 30.9, 0.793, 2.426), customers=9, purchases=0, log_likelihood=-1.0)
    >>> round(in_units(model, 7)["alpha"], 3), in_units(model, 7)["log_likelihood"]
    (4.414, -1.0)
    """
    named = dict(zip(PARAMETERS[model.family], model.parameters, strict=True))
    scaled = {name: value / days if name in ("alpha", "beta") else value for name, value in named.items()}
    return scaled | {"log_likelihood": model.log_likelihood + model.purchases * log(days)}


def so_far(model: CadenceModel, histories: Iterable[History]) -> float:
    """How many purchases after their first the model expects of customers as old as these, knowing nothing else of them.

    Against how many there were it shows a law that does not fit; it is no forecast, for the model was fitted to the same purchases.
    """
    ages: dict[float, int] = {}
    for history in histories:
        ages[history.age] = ages.get(history.age, 0) + history.customers
    return sum(customers * expected(model, 0, 0.0, 0.0, age) for age, customers in ages.items())


@dataclass(frozen=True)
class Forecast:
    """What a model fitted up to a day said of the days after it, and what happened. `silent`: no purchase within `days`."""

    days: int
    customers: int
    foreseen: float  # purchases
    bought: int
    error: float  # mean of |foreseen - bought| over customers
    silence: tuple[tuple[float, bool], ...]  # of each customer: chance of no purchase, and whether there was none


def forecast(model: CadenceModel, purchases: Purchases, cut: int, days: int) -> Forecast:
    """Tried on the `days` after day `cut`, of which the model knows nothing if it was fitted up to then."""
    courses = purchases.until(cut)
    ahead = [expected(model, *course, days) for course in courses.values()]
    bought = [purchases.bought(customer, cut, cut + days) for customer in courses]
    errors = [abs(foreseen - happened) for foreseen, happened in zip(ahead, bought, strict=True)]
    silence = ((none_within(model, *course, days), not happened) for course, happened in zip(courses.values(), bought, strict=True))
    return Forecast(days, len(courses), sum(ahead), sum(bought), sum(errors) / len(errors), tuple(silence))
