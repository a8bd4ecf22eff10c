"""Customers drawn from a cadence model by its own story, purchase by purchase: no formula of the scores is in it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from schemas.control.models import CadenceFamily
from streams.cadence.model import History


class Drawn(NamedTuple):
    """A customer's history up to a cut, and what it could not show."""

    history: History
    alive: bool  # at the cut
    ahead: int  # purchases in the days after the cut


def drawn(
    family: CadenceFamily, parameters: tuple[float, float, float, float], customers: int, ahead: float, seed: int = 20261123
) -> list[Drawn]:
    """So many customers of ages from 100 to 500 days, and the `ahead` days after the cut."""
    chance = np.random.default_rng(seed)
    return [_course(family, parameters, float(chance.uniform(100, 500)), ahead, chance) for _ in range(customers)]


def _course(
    family: CadenceFamily, parameters: tuple[float, float, float, float], age: float, ahead: float, chance: np.random.Generator
) -> Drawn:
    r, alpha, third, fourth = parameters
    rate, now, purchases = chance.gamma(r, 1 / alpha), 0.0, [0.0]
    if family == "pareto_nbd":
        end, dropping = chance.exponential(1 / chance.gamma(third, 1 / fourth)), 0.0
    else:
        end, dropping = np.inf, chance.beta(third, fourth)
        if family == "mbg_nbd" and chance.random() < dropping:
            end = 0.0
    while (now := now + chance.exponential(1 / rate)) < min(end, age + ahead):
        purchases.append(now)
        if chance.random() < dropping:
            end = now
    before = [purchase for purchase in purchases if purchase <= age]
    return Drawn(History(len(before) - 1, before[-1], age), bool(end > age), len(purchases) - len(before))
