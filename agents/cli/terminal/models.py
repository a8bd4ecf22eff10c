"""Code that the commands about models share: read published models, print them, put a model in force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from agents.cli.terminal.errors import CliError
from agents.cli.terminal.output import notices, print_json, print_table

if TYPE_CHECKING:
    from agents.published.models import Name, PublishedModels
    from schemas.control import ModelPublished
    from schemas.control.models import CadenceModel, Figures, LearntWeights, Trial


def told() -> PublishedModels:
    """Return all models that were published up to now. Raises CliError if no broker answers or the topic is missing."""
    from agents.cli.terminal.reach import reachable, settings
    from agents.published.models import read_told

    try:
        return read_told(reachable(settings()))
    except LookupError as error:
        raise CliError(str(error), "run `sojourn topics create`") from None


def put_in_force(name: Name, why: str, json: bool, cadence: CadenceModel | None = None) -> None:
    """Publish this model, and print what was published. It is in force from here on in the log. None: the shipped priors."""
    from confluent_kafka import KafkaException

    from agents.cli.terminal.reach import reachable, refused_by_brokers, settings
    from agents.published.models import publish
    from agents.tools.reports.terminal import styled

    try:
        spoken = publish(reachable(settings()), name, cadence=cadence, why=why)
    except LookupError as error:
        raise CliError(str(error), "run `sojourn topics create`") from None
    except KafkaException as error:
        fix = "nothing is in force that was not before, or all of it; try again"
        raise refused_by_brokers(error, settings(), "the brokers refused", fix) from None
    word, partitions, again = spoken.word, spoken.partitions, spoken.again
    if json:
        print_json({"name": name, "version": word.version, "partitions": partitions, "again": again, "fallen_back": carries_none(word)})
        return
    how = "was in force already, and was said again" if again else "is in force"
    model = f"no {name}: shipped priors hold;" if carries_none(word) else f"{name},"
    notices().print(styled((f"{model} version {word.version}, {how}", "green"), f" from here on in {partitions} partitions"))


def carries_none(word: ModelPublished) -> bool:
    """Return whether this record took a model back."""
    return word.cadence is None and word.weights is None


def in_a_row(word: ModelPublished) -> tuple[str, str, str, str, str]:
    """Return a published record as a row of the table."""
    from schemas.writing import rfc3339

    model = word.cadence or word.weights
    what = "none: shipped priors"
    if word.cadence:
        what = f"{_cadence(word.cadence)}; {word.cadence.customers:,} customers"
    elif word.weights:
        what = f"{len(word.weights.weights)} weights of {word.weights.examples:,} examples{_loss_text(word.weights.trial)}"
    return word.name, str(word.version), rfc3339(model.until)[:10] if model and model.until else "", what, word.why


def in_words(parameters: Mapping[str, float]) -> str:
    """Return the parameters of a cadence model as text, with five significant digits.

    >>> in_words({"r": 0.2425945, "alpha": 30.9})
    'r 0.24259, alpha 30.9'
    """
    return ", ".join(f"{name} {value:.5g}" for name, value in parameters.items())


def show_cadence(found: PublishedModels, json: bool) -> None:
    """Print the cadence model in force, or that there is none."""
    import msgspec

    model, version = found.cadence, found.version("cadence")
    if json:
        print_json({"name": "cadence", "version": version, "model": msgspec.to_builtins(model)})
    elif model is None:
        _print_none(
            "cadence model", version, "`sojourn models fit --publish`, or the learning role of a worker, once 300 customers came back"
        )
    else:
        facts = f"{model.customers:,} customers, {model.purchases:,} purchases after the first, log-likelihood {model.log_likelihood:,.1f}"
        from agents.tools.reports.terminal import styled

        notices().print(styled(("cadence", "bold"), f", version {version}: {_cadence(model)}, time in days; {facts}"), soft_wrap=True)


def show_weights(found: PublishedModels, json: bool) -> None:
    """Print every learnt weight beside its prior, and the trial by which the weights were adopted."""
    import msgspec

    from agents.learning.weights import shipped
    from streams.rules.risk_terms import usable

    learnt, version, priors = found.weights, found.version("weights"), shipped()
    if json:
        print_json({"name": "weights", "version": version, "model": msgspec.to_builtins(learnt), "priors": priors})
        return
    if learnt is None:
        _print_none("learnt weights", version, "the learning role of a worker publishes some, once they have proved better than the priors")
        return
    rows = [
        (name, f"{weight:+.3f}", f"{priors.get(name, 0.0):+.3f}")
        for name, weight in sorted(learnt.weights.items(), key=lambda item: -abs(item[1]))
    ]
    print_table(
        f"Weights, version {version}: log-odds at full strength",
        ("summand", "learnt", "prior"),
        [("(bias)", f"{learnt.bias:+.3f}", ""), ("(bias beside a known rhythm)", *_known_bias(learnt)), *rows],
    )
    if usable(learnt) is None:
        notices().print("not in force: they were learnt for sums that had another beginning; shipped priors hold until others are learnt")
    notices().print(
        f"learnt from {learnt.examples:,} stated risks, of leaving within {learnt.horizon_days:g} days; what is not listed keeps its prior"
    )
    if learnt.trial is not None:
        _show_trial(learnt)


def _known_bias(learnt: LearntWeights) -> tuple[str, str]:
    from streams.rules.risk_terms import USUAL

    return f"{USUAL if learnt.known_bias is None else learnt.known_bias:+.3f}", f"{USUAL:+.3f}"


def _show_trial(learnt: LearntWeights) -> None:
    from schemas.writing import rfc3339

    if (trial := learnt.trial) is None:
        return
    title = f"Trial by risks stated from {rfc3339(trial.since)[:10]} and proved by {rfc3339(trial.until)[:10]} (UTC)"
    columns = ("", "customers", "left", "AUC", "log loss", "Brier", "calibration slope")
    print_table(title, columns, [("learnt", *_figures(trial.learnt)), ("in force before", *_figures(trial.in_force))])
    low, high = trial.better_by
    notices().print(f"log loss better by {low:.4f} to {high:.4f} (95 %)")


def _figures(each: Figures) -> tuple[str, ...]:
    low, high = each.auc_interval
    slope = "-" if each.slope is None else f"{each.slope:.2f}"
    return (
        f"{each.examples:,}",
        f"{each.left:,}",
        f"{each.auc:.3f} [{low:.3f}, {high:.3f}]",
        f"{each.log_loss:.4f}",
        f"{each.brier:.4f}",
        slope,
    )


def _cadence(model: CadenceModel) -> str:
    from schemas.control.models import PARAMETERS

    return f"{model.family} " + in_words(dict(zip(PARAMETERS[model.family], model.parameters, strict=True)))


def _loss_text(trial: Trial | None) -> str:
    return "" if trial is None else f"; log loss {trial.learnt.log_loss:.4f}, before {trial.in_force.log_loss:.4f}"


def _print_none(what: str, version: int, how: str) -> None:
    if version:
        notices().print(f"no {what}: the last was taken back by version {version}, and shipped priors hold", soft_wrap=True)
    else:
        notices().print(f"no {what} was ever published: shipped priors are in force. {how}", soft_wrap=True)
