"""Fits models of several families to the same histories, chooses the best, and gives the figures that papers print of a fit.

All families have four parameters, so the model with the higher likelihood has the better AIC. BG/NBD is fitted only if a person asks for
it, and is never chosen automatically. Its P(alive) is 1 for everybody who bought once, and these are the customers who buy least.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import log
from typing import Any

from agents.learning.cadence.fitting import MBG_NBD, Law, fit
from agents.tools.evaluating.families.likelihoods import bg_nbd, pareto_nbd
from agents.tools.evaluating.families.purchases import written
from schemas.control.models import PARAMETERS, CadenceFamily, CadenceModel
from schemas.durations import DAY
from streams.cadence.model import History

LAWS: dict[CadenceFamily, Law] = {law.family: law for law in (Law("bg_nbd", bg_nbd), MBG_NBD, Law("pareto_nbd", pareto_nbd))}
BEST: tuple[CadenceFamily, ...] = ("mbg_nbd", "pareto_nbd")


def families_of(wanted: str) -> Sequence[CadenceFamily]:
    """Return the families to fit: the one of this name, or for `best` those that are compared.

    >>> families_of("best"), families_of("bg_nbd")
    (('mbg_nbd', 'pareto_nbd'), ['bg_nbd'])
    """
    return BEST if wanted == "best" else [family for family in LAWS if family == wanted]


@dataclass
class Fitted:
    """The models that could be fitted, highest likelihood first, and why the others could not."""

    models: list[CadenceModel] = field(default_factory=list)
    failed: dict[CadenceFamily, str] = field(default_factory=dict)

    @property
    def best(self) -> CadenceModel:
        """The model with the highest likelihood. Raises ValueError with all reasons if there is none."""
        if not self.models:
            raise ValueError("; ".join(self.failed.values()))
        return self.models[0]


def fitted(families: Iterable[CadenceFamily], histories: Sequence[History], until: int) -> Fitted:
    """Return models of these families, fitted to `histories`. The histories were observed up to `until` (ms UTC)."""
    found = Fitted()
    for family in families:
        try:
            found.models.append(fit(LAWS[family], histories, until))
        except ValueError as error:
            found.failed[family] = str(error)
    found.models.sort(key=lambda model: -model.log_likelihood)
    return found


def in_units(model: CadenceModel, days: float) -> dict[str, float]:
    """Return the parameters by name, and the log-likelihood, with time in units of `days` days. Papers count in weeks.

    >>> model = CadenceModel(family="bg_nbd", parameters=(0.243, 30.9, 0.793, 2.426), customers=9, purchases=0, log_likelihood=-1.0)
    >>> round(in_units(model, 7)["alpha"], 3), in_units(model, 7)["log_likelihood"]
    (4.414, -1.0)
    """
    named = dict(zip(PARAMETERS[model.family], model.parameters, strict=True))
    scaled = {name: value / days if name in ("alpha", "beta") else value for name, value in named.items()}
    return scaled | {"log_likelihood": model.log_likelihood + model.purchases * log(days)}


def document(model: CadenceModel, days: float) -> dict[str, Any]:
    """Return the figures of a fit in types that JSON has, with time in units of `days` days. A lower AIC is better."""
    named = in_units(model, days)
    likelihood = named.pop("log_likelihood")
    return {
        "family": model.family, "customers": model.customers, "purchases": model.purchases, "parameters": named,
        "log_likelihood": round(likelihood, 3), "aic": round(2 * len(named) - 2 * likelihood, 3), "until": written(model.until // DAY),
    }  # fmt: skip
