"""Fit how customers come and go, see which models are in force and why, and take one back.

A model comes into force by being published in the log, and by nothing else: every worker, and every replay, turns to it at the same
record. The learning role of a worker publishes by itself what has proved better; these commands are for looking, and for deciding
otherwise.

Example: `sojourn models show`
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from agents.cli.terminal.errors import CliError
from agents.cli.terminal.output import AsJson, notices, print_json

commands = typer.Typer(no_args_is_help=True)
Why = Annotated[str, typer.Option(help="Why, for those who read the log later.")]


class Wanted(StrEnum):
    """The family to fit. `best`: MBG/NBD or Pareto/NBD, whichever has the higher likelihood."""

    best = "best"
    mbg_nbd = "mbg_nbd"
    pareto_nbd = "pareto_nbd"
    bg_nbd = "bg_nbd"


class Unit(StrEnum):
    """The unit of time in what is printed."""

    days = "days"
    weeks = "weeks"


class Which(StrEnum):
    """The models that can be taken back."""

    weights = "weights"
    cadence = "cadence"


@commands.command()
def fit(
    family: Annotated[Wanted, typer.Option(help="The law of buying and dropping out.")] = Wanted.best,
    horizon: Annotated[int, typer.Option(min=1, help="Days ahead, for what the model says of them.")] = 60,
    from_file: Annotated[
        Path | None, typer.Option("--from", help="Purchases in a CSV file, in place of the journeys; no broker needed.", exists=True)
    ] = None,
    customer: Annotated[str, typer.Option(help="The file's column that names the customer.")] = "customer",
    date: Annotated[str, typer.Option(help="The file's column with the day of purchase.")] = "date",
    cut: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Fit the file's purchases up to this day; what follows shows how good it is."),
    ] = None,
    unit: Annotated[Unit, typer.Option(help="How time is counted in what is printed.")] = Unit.days,
    publish: Annotated[bool, typer.Option("--publish", help="Put the model in force.")] = False,
    why: Why = "",
    json: AsJson = False,
) -> None:
    """Fit a cadence model to all customers: how they come, and how they stay away. Says how well it fits, and what that does not show.

    Example: `sojourn models fit --publish --why "a year of tills"`
    """
    if from_file is None and cut is not None:
        raise CliError("journeys keep no dates of purchases, so there is nothing to cut", "give purchases with --from FILE.csv")
    from agents.cli.terminal.fits import fit_file, fit_journeys
    from agents.cli.terminal.models import put_in_force

    if from_file is None:
        model = fit_journeys(family.value, horizon, unit.value, json)
    else:
        model = fit_file(from_file, (customer, date), cut, family.value, horizon, unit.value, json)
    if publish:
        put_in_force("cadence", why, json, cadence=model)


@commands.command()
def show(json: AsJson = False) -> None:
    """Say what is in force by the log: the cadence model, and each weight beside its shipped prior, with the figures of its trial.

    Example: `sojourn models show`
    """
    from agents.cli.terminal.models import show_cadence, show_weights, told

    found = told()
    show_cadence(found, json)
    show_weights(found, json)


@commands.command()
def history(json: AsJson = False) -> None:
    """List every model that was published: versions, what they rest on, and why; the last of a name is in force.

    Example: `sojourn models history`
    """
    import msgspec

    from agents.cli.terminal.models import in_a_row, told
    from agents.cli.terminal.output import print_table

    words = told().history()
    if json:
        for word in words:
            print_json(msgspec.to_builtins(word))
    elif words:
        print_table("Models", ("name", "version", "until (UTC)", "what it is", "why"), map(in_a_row, words))
    else:
        notices().print("no model was ever published: shipped priors are in force")


@commands.command("fall-back")
def fall_back(
    which: Annotated[Which, typer.Argument(help="Learnt weights, or the cadence model.")] = Which.weights,
    why: Why = "",
    json: AsJson = False,
) -> None:
    """Put none in force, under a new version: shipped priors hold from here on in the log.

    The learning role adopts weights again only by a window of time that it has not judged before, and publishes no cadence model until you
    do (`sojourn models fit --publish`).

    Example: `sojourn models fall-back weights --why "a price war: what was learnt does not hold"`
    """
    from agents.cli.terminal.models import put_in_force, told

    if not told().version(which.value):
        raise CliError(f"no {which.value} were ever published: shipped priors are in force", "there is nothing to take back", code=1)
    put_in_force(which.value, why, json)
