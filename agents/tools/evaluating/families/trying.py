"""Tests a cadence model: on the customers it was fitted to, and on time that it has not seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from agents.learning.cadence.fitting import fit
from agents.learning.metrics.figures import figures
from agents.tools.evaluating.families.fitting import LAWS
from agents.tools.evaluating.families.purchases import Purchases, written
from schemas.control.models import CadenceModel
from schemas.durations import DAY
from streams.cadence.model import History, expected_purchases, none_within

UNSEEN = 4  # if nobody names a day, a forecast keeps back one part in so many of the time


def of_its_own(model: CadenceModel, histories: Iterable[History], horizon: int) -> dict[str, Any]:
    """Return what the model says of the customers it was fitted to: until now, and for the next `horizon` days. In types that JSON has."""
    each = list(histories)
    ahead = sum(one.customers * expected_purchases(model, *one[:3], horizon) for one in each)
    silent = sum(one.customers * none_within(model, *one[:3], horizon) for one in each)
    return {
        "purchases_after_first": model.purchases, "by_the_model": round(so_far(model, each)), "horizon_days": horizon,
        "purchases_ahead": round(ahead), "customers_without_one": round(silent),
    }  # fmt: skip


def so_far(model: CadenceModel, histories: Iterable[History]) -> float:
    """Return how many purchases after the first the model expects, given only the ages of these customers.

    The comparison with the real number shows a model that does not fit. It is no forecast: the model was fitted to the same purchases.
    """
    ages: dict[float, int] = {}
    for history in histories:
        ages[history.age] = ages.get(history.age, 0) + history.customers
    return sum(customers * expected_purchases(model, 0, 0.0, 0.0, age) for age, customers in ages.items())


@dataclass(frozen=True)
class Forecast:
    """What a model predicted for the days after day `cut`, and what happened. `silence`: no purchase within `days`."""

    cut: int  # day since 1970-01-01
    days: int
    customers: int
    foreseen: float  # purchases
    bought: int
    error: float  # mean of |foreseen - bought| over customers
    silence: tuple[tuple[float, bool], ...]  # for each customer: the chance of no purchase, and whether there was none

    def document(self) -> dict[str, Any]:
        """Return the forecast in types that JSON has. If the predicted silence cannot be measured, `silence` says why in words."""
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
    """Return the model's forecast for the `days` days after day `cut`. It is a fair test if the model was fitted up to `cut` only."""
    courses = purchases.until(cut)
    ahead = [expected_purchases(model, *course, days) for course in courses.values()]
    bought = [purchases.bought(customer, cut, cut + days) for customer in courses]
    errors = [abs(foreseen - happened) for foreseen, happened in zip(ahead, bought, strict=True)]
    silence = ((none_within(model, *course, days), not happened) for course, happened in zip(courses.values(), bought, strict=True))
    return Forecast(cut, days, len(courses), sum(ahead), sum(bought), sum(errors) / len(errors), tuple(silence))


def tried(model: CadenceModel, purchases: Purchases, cut: int, horizon: int) -> Iterator[Forecast]:
    """Yield the model's forecast for all days after day `cut`, then for `horizon` days if that is less.

    After the latest purchase there is nothing to test on. If `cut` is that day, the last quarter of the time is kept back. A model of the
    same family is fitted to the rest, and tested on that quarter. Raises ValueError with the reason if it cannot be fitted.
    """
    if cut == purchases.last:
        cut -= max(1, (cut - purchases.first) // UNSEEN)
        model = fit(LAWS[model.family], purchases.histories(cut), cut * DAY)
    rest = purchases.last - cut
    yield forecast(model, purchases, cut, rest)
    if horizon < rest:
        yield forecast(model, purchases, cut, horizon)
