"""`sojourn models fit`: fits a model to the journeys or to a file, and prints it. `agents.tools.evaluating.families` fits and tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from agents.cli.terminal.errors import CliError
from agents.cli.terminal.models import in_words
from agents.cli.terminal.output import console, notices, print_json, print_table
from agents.cli.terminal.progress import waiting
from agents.cli.terminal.reach import reachable, settings
from agents.learning.cadence.histories import buyers
from agents.tools.evaluating.families.fitting import document, families_of, fitted
from agents.tools.evaluating.families.purchases import EPOCH, read_purchases, written
from agents.tools.evaluating.families.trying import of_its_own, tried
from schemas.control.models import CadenceModel
from schemas.durations import DAY
from streams.cadence.model import History

DAYS = {"days": 1.0, "weeks": 7.0}


def fit_journeys(family: str, horizon: int, unit: str, json: bool) -> CadenceModel:
    """Return the model fitted to all committed journeys. Print its figures."""
    found = reachable(settings())
    with waiting("Reading journeys") as say:
        try:
            bought = buyers(found, lambda records: say(f"Reading journeys: {records:,}"))
        except LookupError as error:
            raise CliError(str(error), "run `sojourn topics create`") from None
    histories = bought.histories()
    model = _fit_best(family, histories, bought.until, unit, json)
    _say(of_its_own(model, histories, horizon), json)
    _remark(
        "no forecast was checked: journeys keep no dates of purchases. `--from FILE.csv` does so on purchases; "
        "whether risks come true is judged by the learning role (`sojourn models show`)", json,
    )  # fmt: skip
    return model


def fit_file(path: Path, columns: tuple[str, str], cut: datetime | None, family: str, horizon: int, unit: str, json: bool) -> CadenceModel:
    """Return the model fitted to the purchases in a file, up to the day `cut`; without it, to all. Print its figures.

    The model is tested on the time after `cut`. If there is none, a model fitted without the last quarter of the time is tested on it.
    """
    try:
        purchases = read_purchases(path, *columns)
    except (LookupError, ValueError, OSError) as error:
        raise CliError(str(error), "a header, then a purchase a row; --customer and --date name its columns") from None
    day = purchases.last if cut is None else cut.date().toordinal() - EPOCH
    if not purchases.first < day <= purchases.last:
        raise CliError(
            f"--cut leaves nothing to fit: the purchases go from {written(purchases.first)} to {written(purchases.last)}", "cut between"
        )
    histories = purchases.histories(day)
    model = _fit_best(family, histories, day * DAY, unit, json)
    _say(of_its_own(model, histories, horizon), json)
    try:
        for forecast in tried(model, purchases, day, horizon):
            _say(forecast.document(), json)
    except ValueError as error:
        _remark(f"no forecast was checked: {error}", json)
    return model


def _fit_best(family: str, histories: Sequence[History], until: int, unit: str, json: bool) -> CadenceModel:
    """Fit the models asked for, print all of them, and return the one with the highest likelihood."""
    with waiting(f"Fitting {sum(history.customers for history in histories):,} customers"):
        found = fitted(families_of(family), histories, until)
    if not found.models:
        raise CliError("no model could be fitted: " + "; ".join(found.failed.values()), "wait for more customers who come back")
    for name, why in found.failed.items():
        _remark(f"{name} was not fitted: {why}", json)
    rows = [document(model, DAYS[unit]) | {"taken": model is found.best} for model in found.models]
    if json:
        for row in rows:
            print_json({"unit": unit, **row})
        return found.best
    print_table(f"Cadence, time in {unit}", ("family", "customers", "purchases", "log-likelihood", "AIC", "parameters"), map(_cells, rows))
    if found.best.family == "bg_nbd":
        _remark(
            "P(alive) of BG/NBD is 1 for everybody who bought once: it ranks customers backwards. Risks use none-within-a-horizon", json
        )
    return found.best


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    """Return a fit as a row of the table. A star marks the model that is taken."""
    numbers = (f"{row[name]:,.10g}" for name in ("customers", "purchases", "log_likelihood", "aic"))
    return (row["family"] + (" *" if row["taken"] else ""), *numbers, in_words(row["parameters"]))


def _say(facts: dict[str, Any], json: bool) -> None:
    if json:
        print_json(facts)
        return
    silence = facts.pop("silence", None)
    console().print(", ".join(f"{name.replace('_', ' ')} {value:,}" if isinstance(value, int) else f"{name.replace('_', ' ')} {value}"
                              for name, value in facts.items()), soft_wrap=True)  # fmt: skip
    if isinstance(silence, dict):
        low, high = silence["auc_interval"]
        slope = "none" if silence["slope"] is None else f"{silence['slope']:.2f}"
        console().print(f"  no purchase in these days: AUC {silence['auc']:.3f} [{low:.3f}, {high:.3f}], Brier {silence['brier']:.4f}, "
                        f"calibration slope {slope}", soft_wrap=True)  # fmt: skip
    elif silence:
        _remark(silence, json)


def _remark(words: str, json: bool) -> None:
    if not json:
        notices().print(words, soft_wrap=True)
