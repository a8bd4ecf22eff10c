"""Fitting at the command line: to the journeys, or to a file; what came of it, and what could be checked of it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.cli.terminal.errors import CliError
from agents.cli.terminal.output import console, notices, print_json, print_table
from schemas.durations import DAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.learning.cadence.purchases import Purchases
    from agents.tools.evaluating.families.fitting import Fitted, Forecast
    from schemas.models import CadenceFamily, CadenceModel
    from streams.cadence.model import History

DAYS = {"days": 1.0, "weeks": 7.0}
UNSEEN = 4  # a forecast is tried on the last so-manieth of the time, where nobody says from when


def fit_journeys(family: str, horizon: int, unit: str, json: bool) -> CadenceModel:
    """The model of all committed journeys."""
    from agents.cli.terminal.progress import waiting
    from agents.cli.terminal.reach import reachable, settings
    from agents.learning.cadence.histories import buyers

    found = reachable(settings())
    with waiting("Reading journeys") as say:
        try:
            bought = buyers(found, lambda records: say(f"Reading journeys: {records:,}"))
        except LookupError as error:
            raise CliError(str(error), "run `sojourn topics create`") from None
    histories = bought.histories()
    model = _fitted(family, histories, bought.until, unit, json).best
    _say(_so_far(model, histories, horizon), json)
    _remark(
        "no forecast was checked: journeys keep no dates of purchases. `--from FILE.csv` does so on purchases; "
        "whether risks come true is judged by the learning role (`sojourn models show`)", json,
    )  # fmt: skip
    return model


def fit_file(path: Path, columns: tuple[str, str], cut: datetime | None, family: str, horizon: int, unit: str, json: bool) -> CadenceModel:
    """The model of the purchases in a file, up to `cut` or the latest; tried on what follows, else refitted without the last quarter."""
    from agents.learning.cadence.purchases import EPOCH, read_purchases

    try:
        purchases = read_purchases(path, *columns)
    except (LookupError, ValueError, OSError) as error:
        raise CliError(str(error), "a header, then a purchase a row; --customer and --date name its columns") from None
    day = purchases.last if cut is None else cut.date().toordinal() - EPOCH
    if not purchases.first < day <= purchases.last:
        raise CliError(
            f"--cut leaves nothing to fit: the purchases go from {_date(purchases.first)} to {_date(purchases.last)}", "cut between"
        )
    histories = purchases.histories(day)
    model = _fitted(family, histories, day * DAY, unit, json).best
    _say(_so_far(model, histories, horizon), json)
    _try(model, purchases, day, horizon, json)
    return model


def _families(family: str) -> Sequence[CadenceFamily]:
    from agents.tools.evaluating.families.fitting import BEST
    from streams.cadence.model import FAMILIES

    return BEST if family == "best" else [name for name in FAMILIES if name == family]


def _fitted(family: str, histories: Sequence[History], until: int, unit: str, json: bool) -> Fitted:
    from agents.cli.terminal.progress import waiting
    from agents.tools.evaluating.families.fitting import fitted

    with waiting(f"Fitting {sum(history.customers for history in histories):,} customers"):
        found = fitted(_families(family), histories, until)
    if not found.models:
        raise CliError("no model could be fitted: " + "; ".join(found.failed.values()), "wait for more customers who come back")
    for name, why in found.failed.items():
        _remark(f"{name} was not fitted: {why}", json)
    rows = [_facts(model, unit) | {"taken": model is found.best} for model in found.models]
    if json:
        for row in rows:
            print_json({"unit": unit, **row})
        return found
    names = ("customers", "purchases", "log_likelihood", "aic")
    cells = [(row["family"] + (" *" if row["taken"] else ""), *(f"{row[name]:,.10g}" for name in names), row["parameters"]) for row in rows]
    written = [(*cell[:-1], ", ".join(f"{name} {value:.5g}" for name, value in cell[-1].items())) for cell in cells]
    print_table(f"Cadence, time in {unit}", ("family", "customers", "purchases", "log-likelihood", "AIC", "parameters"), written)
    if found.best.family == "bg_nbd":
        _remark(
            "P(alive) of BG/NBD is 1 for everybody who bought once: it ranks customers backwards. Risks use none-within-a-horizon", json
        )
    return found


def _facts(model: CadenceModel, unit: str) -> dict[str, Any]:
    from agents.tools.evaluating.families.fitting import in_units

    named = in_units(model, DAYS[unit])
    likelihood = named.pop("log_likelihood")
    return {
        "family": model.family, "customers": model.customers, "purchases": model.purchases, "parameters": named,
        "log_likelihood": round(likelihood, 3), "aic": round(2 * len(named) - 2 * likelihood, 3), "until": _date(model.until // DAY),
    }  # fmt: skip


def _so_far(model: CadenceModel, histories: Sequence[History], horizon: int) -> dict[str, Any]:
    """What the model says of those it was fitted to, until now and from now on."""
    from agents.tools.evaluating.families.fitting import so_far
    from streams.cadence.model import expected, none_within

    ahead = sum(each.customers * expected(model, *each[:3], horizon) for each in histories)
    silent = sum(each.customers * none_within(model, *each[:3], horizon) for each in histories)
    return {
        "purchases_after_first": model.purchases, "by_the_model": round(so_far(model, histories)), "horizon_days": horizon,
        "purchases_ahead": round(ahead), "customers_without_one": round(silent),
    }  # fmt: skip


def _try(model: CadenceModel, purchases: Purchases, cut: int, horizon: int, json: bool) -> None:
    from agents.tools.evaluating.families.fitting import fitted, forecast

    if cut == purchases.last:
        cut -= max(1, (cut - purchases.first) // UNSEEN)
        again = fitted([model.family], purchases.histories(cut), cut * DAY)
        if not again.models:
            _remark(f"no forecast was checked: {again.failed[model.family]}", json)
            return
        model = again.best
    rest = purchases.last - cut
    _say(_forecast(forecast(model, purchases, cut, rest), cut), json)
    if horizon < rest:
        _say(_forecast(forecast(model, purchases, cut, horizon), cut), json)


def _forecast(found: Forecast, cut: int) -> dict[str, Any]:
    """In figures; those of the silence only where there are enough customers to judge by."""
    import msgspec

    from agents.learning.metrics.figures import figures

    facts: dict[str, Any] = {
        "forecast_from": _date(cut), "days": found.days, "customers": found.customers, "purchases_foreseen": round(found.foreseen),
        "purchases_made": found.bought, "mean_absolute_error": round(found.error, 4),
    }  # fmt: skip
    try:
        judged = figures([chance for chance, _ in found.silence], [silent for _, silent in found.silence])
    except ValueError as error:
        return facts | {"silence": str(error)}
    return facts | {"silence": msgspec.to_builtins(judged)}


def _say(facts: dict[str, Any], json: bool) -> None:
    if json:
        print_json(facts)
        return
    silence = facts.pop("silence", None)
    console().print(", ".join(f"{name.replace('_', ' ')} {value:,}" if isinstance(value, int) else f"{name.replace('_', ' ')} {value}"
                              for name, value in facts.items()), soft_wrap=True, markup=False, highlight=False)  # fmt: skip
    if isinstance(silence, dict):
        low, high = silence["auc_interval"]
        slope = "none" if silence["slope"] is None else f"{silence['slope']:.2f}"
        console().print(f"  no purchase in these days: AUC {silence['auc']:.3f} [{low:.3f}, {high:.3f}], Brier {silence['brier']:.4f}, "
                        f"calibration slope {slope}", soft_wrap=True, markup=False, highlight=False)  # fmt: skip
    elif silence:
        _remark(silence, json)


def _remark(words: str, json: bool) -> None:
    if not json:
        notices().print(words, soft_wrap=True, markup=False, highlight=False)


def _date(day: int) -> str:
    from datetime import date

    from agents.learning.cadence.purchases import EPOCH

    return date.fromordinal(day + EPOCH).isoformat()
