"""Check a company's rules, see what is in force and what would change, and put a blueprint in force or take it back.

A blueprint comes into force by being published in the log, and by nothing else: every worker, and every replay, turns to it at the same
record.

Example: `sojourn blueprint check acme.toml`
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agents.cli.terminal.blueprints import activate, body_of, in_force, print_changes, published, read
from agents.cli.terminal.errors import PROBLEMS_FOUND, CliError
from agents.cli.terminal.output import AsJson, console, notices, print_document, print_json

commands = typer.Typer(no_args_is_help=True)
AFile = Annotated[Path, typer.Argument(help="A blueprint (TOML).", exists=True, dir_okay=False)]
Why = Annotated[str, typer.Option(help="Why, for those who read the log later.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")]
Wait = Annotated[float, typer.Option(min=0, help="Seconds to wait until every partition has taken or rejected it.")]


@commands.command()
def check(file: AFile, json: AsJson = False) -> None:
    """Read a blueprint and name everything that is wrong with it, each with its line; exit 1 where something is.

    Example: `sojourn blueprint check acme.toml`
    """
    from agents.published.blueprints import read_blueprint
    from streams.blueprints.faults import BlueprintError

    try:
        blueprint = read_blueprint(file)
    except BlueprintError as error:
        for problem in error.problems:
            if json:
                print_json({**problem.where._asdict(), "what": problem.what, "fix": problem.fix})
            else:
                console().print(str(problem), soft_wrap=True)
        raise typer.Exit(PROBLEMS_FOUND) from None
    facts = {
        "name": blueprint.name, "hash": blueprint.fingerprint(), "offers": len(blueprint.offers), "policies": len(blueprint.policies),
        "personas": len(blueprint.personas), "targets": len(blueprint.targets), "silent": len(blueprint.silent),
    }  # fmt: skip
    if json:
        print_json(facts)
    else:
        from agents.tools.reports.terminal import styled

        told = ", ".join(f"{key} {value}" for key, value in facts.items())
        notices().print(styled((f"{file.name} is a blueprint", "green"), f": {told}"))


@commands.command()
def show(
    active: Annotated[bool, typer.Option("--active", help="What is in force, by the log; otherwise the complete defaults.")] = False,
    limits: Annotated[bool, typer.Option("--limits", help="With every limit of every detector.")] = False,
    json: AsJson = False,
) -> None:
    """Print the complete defaults as a blueprint to begin with, or what is in force.

    Example: `sojourn blueprint show --limits > acme.toml`
    """
    from streams.blueprints.writing import as_table, text_of
    from streams.rules.blueprint import Blueprint

    blueprint = in_force(published()[1]) if active else Blueprint()
    if json:
        print_json(as_table(blueprint))
    else:
        print_document(text_of(blueprint, every_limit=limits))


@commands.command()
def versions(json: AsJson = False) -> None:
    """List what was published: versions, names, hashes and reasons; the last one is in force.

    Example: `sojourn blueprint versions`
    """
    import msgspec

    from agents.cli.terminal.output import print_table

    rows = sorted(published()[1].versions.values(), key=lambda each: each.version)
    if json:
        for row in rows:
            print_json(msgspec.to_builtins(row))
    elif rows:
        print_table("Blueprints", ("version", "name", "hash", "why"), [(str(row.version), row.name, row.hash, row.why) for row in rows])
    else:
        notices().print("nothing was ever published: the complete defaults are in force")


@commands.command()
def diff(
    file: AFile,
    against: Annotated[Path | None, typer.Option(help="Another blueprint, in place of what is in force.", exists=True)] = None,
    json: AsJson = False,
) -> None:
    """Say what would change if this blueprint were published; exit 1 where something would.

    Example: `sojourn blueprint diff acme.toml`
    """
    from streams.blueprints.writing import changes

    after = read(file)
    found = changes(read(against) if against else in_force(published()[1]), after)
    print_changes(found, json)
    raise typer.Exit(PROBLEMS_FOUND if found else 0)


@commands.command()
def publish(file: AFile, why: Why = "", dry_run: DryRun = False, wait: Wait = 30.0, json: AsJson = False) -> None:
    """Put this blueprint in force. Say what changes, and which partitions took it; exit 1 where one rejected it.

    Publishing it again changes nothing where it was taken.

    Example: `sojourn blueprint publish acme.toml --why "calmer rage clicks"`
    """
    blueprint = read(file)
    found, shelf = published()
    activate(found, shelf, blueprint, why, None if dry_run else wait, json)


@commands.command()
def rollback(
    to: Annotated[int | None, typer.Option(min=0, help="This version; 0: the defaults. Otherwise the one before.")] = None,
    why: Why = "",
    dry_run: DryRun = False,
    wait: Wait = 30.0,
    json: AsJson = False,
) -> None:
    """Put an earlier blueprint in force again, under a new version: the log goes on, it is never rewritten.

    Example: `sojourn blueprint rollback --to 3`
    """
    found, shelf = published()
    newest = shelf.newest
    if newest is None:
        raise CliError("nothing was ever published: the complete defaults are in force", "`sojourn blueprint publish FILE`")
    version = newest.version - 1 if to is None else to
    activate(found, shelf, body_of(shelf, version), why or f"back to version {version}", None if dry_run else wait, json)
