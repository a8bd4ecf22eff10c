"""A cadence model of the customers seen so far, fitted to the counters of their journeys: as production does it, from states alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from schemas.models import CadenceFamily, CadenceModel
from streams.cadence.fitting import History, fit
from streams.state import Cadence, Journey

DAY = 86_400_000  # ms
FAMILIES: tuple[CadenceFamily, ...] = ("mbg_nbd", "pareto_nbd")  # never `bg_nbd`: by it who bought once is a customer for ever


class NoModelError(ValueError):
    """No family could be fitted; the message says why, family by family."""


def best(journeys: Iterable[Journey], at: int) -> CadenceModel:
    """The likeliest model of those families for all who have bought by `at` (ms UTC). Raises NoModelError."""
    seen = list(histories((journey.cadence for journey in journeys), at))
    fitted, wrong = list[CadenceModel](), list[str]()
    for family in FAMILIES:
        try:
            fitted.append(fit(family, seen, at))
        except ValueError as error:
            wrong.append(str(error))
    if not fitted:
        raise NoModelError("; ".join(dict.fromkeys(wrong)))
    return max(fitted, key=lambda model: model.log_likelihood)


def histories(cadences: Iterable[Cadence], at: int) -> Iterator[History]:
    """Every course of buying up to `at` (ms UTC), in whole days, with how many customers had it.

    >>> bought = Cadence(count=3, first=0, last=20 * DAY, gaps=2)
    >>> list(histories([bought, bought, Cadence()], 30 * DAY))
    [History(x=2, t_x=20.0, age=30.0, customers=2)]
    """
    counts = Counter(_course(each, at) for each in cadences if each.count)
    return (History(x, t_x, age, count) for (x, t_x, age), count in counts.items())


def _course(cadence: Cadence, at: int) -> tuple[int, float, float]:
    """Purchases are counted by the day, so days are what lies between them."""
    first = cadence.first // DAY
    latest = cadence.last // DAY - first if cadence.gaps else 0
    return cadence.gaps, float(latest), float(max(at // DAY - first, latest))
