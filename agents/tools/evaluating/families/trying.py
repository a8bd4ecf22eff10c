"""What can be checked of a cadence model: on the customers it was fitted to, and on time that it has not seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from agents.learning.cadence.fitting import fit
from agents.learning.metrics.figures import figures
from agents.tools.evaluating.families.fitting import LAWS
from agents.tools.evaluating.families.purchases import Purchases, written
from schemas.durations import DAY
from schemas.models import CadenceModel
from streams.cadence.model import History, expected_purchases, none_within

UNSEEN = 4  # one part in so many of the time is kept back for a forecast, where nobody says from which day


def of_its_own(model: CadenceModel, histories: Iterable[History], horizon: int) -> dict[str, Any]:
    """What the model says of the customers it was fitted to, as JSON knows it: until now, and in the `horizon` days from now."""
    each = list(histories)
    ahead = sum(one.customers * expected_purchases(model, *one[:3], horizon) for one in each)
    silent = sum(one.customers * none_within(model, *one[:3], horizon) for one in each)
    return {
        "purchases_after_first": model.purchases, "by_the_model": round(so_far(model, each)), "horizon_days": horizon,
        "purchases_ahead": round(ahead), "customers_without_one": round(silent),
    }  # fmt: skip


def so_far(model: CadenceModel, histories: Iterable[History]) -> float:
    """How many purchases after their first the model expects of customers as old as these, knowing nothing else of them.

    Against how many there were it shows a law that does not fit; it is no forecast, for the model was fitted to the same purchases.
    """
    ages: dict[float, int] = {}
    for history in histories:
        ages[history.age] = ages.get(history.age, 0) + history.customers
    return sum(customers * expected_purchases(model, 0, 0.0, 0.0, age) for age, customers in ages.items())


@dataclass(frozen=True)
class Forecast:
    """What a model fitted up to a day said of the days after it, and what happened. `silence`: no purchase within `days`."""

    cut: int  # day since 1970-01-01
    days: int
    customers: int
    foreseen: float  # purchases
    bought: int
    error: float  # mean of |foreseen - bought| over customers
    silence: tuple[tuple[float, bool], ...]  # of each customer: chance of no purchase, and whether there was none

    def document(self) -> dict[str, Any]:
        """The forecast as JSON knows it. Where there are too few customers to judge the silence by, `silence` says so in words."""
        facts: dict[str, Any] = {
            "forecast_from": written(self.cut), "days": self.days, "customers": self.customers,
            "purchases_foreseen": round(self.foreseen), "purchases_made": self.bought, "mean_absolute_error": round(self.error, 4),
        }  # fmt: skip
        try:
            judged = figures([chance for chance, _ in self.silence], [silent for _, silent in self.silence])
        except ValueError as error:
            return facts | {"silence": str(error)}
        return facts | {"silence": msgspec.to_builtins(judged)}


def forecast(model: CadenceModel, purchases: Purchases, cut: int, days: int) -> Forecast:
    """Tried on the `days` after day `cut`, of which the model knows nothing if it was fitted up to then."""
    courses = purchases.until(cut)
    ahead = [expected_purchases(model, *course, days) for course in courses.values()]
    bought = [purchases.bought(customer, cut, cut + days) for customer in courses]
    errors = [abs(foreseen - happened) for foreseen, happened in zip(ahead, bought, strict=True)]
    silence = ((none_within(model, *course, days), not happened) for course, happened in zip(courses.values(), bought, strict=True))
    return Forecast(cut, days, len(courses), sum(ahead), sum(bought), sum(errors) / len(errors), tuple(silence))


def tried(model: CadenceModel, purchases: Purchases, cut: int, horizon: int) -> Iterator[Forecast]:
    """The model on all days after day `cut`, then on `horizon` days where that is less.

    Nothing lies after the latest purchase: then a model of the same family is fitted without the last quarter of the time, and tried on it.

    Raises ValueError, with the reason, where that one cannot be fitted.
    """
    if cut == purchases.last:
        cut -= max(1, (cut - purchases.first) // UNSEEN)
        model = fit(LAWS[model.family], purchases.histories(cut), cut * DAY)
    rest = purchases.last - cut
    yield forecast(model, purchases, cut, rest)
    if horizon < rest:
        yield forecast(model, purchases, cut, horizon)
