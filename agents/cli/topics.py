"""Create the topics, compare them with the catalogue, or override a worker that refuses its own progress.

Example: `sojourn topics create`
"""

from __future__ import annotations

from typing import Annotated

import typer

from agents.cli.terminal.errors import PROBLEMS_FOUND, CliError
from agents.cli.terminal.output import AsJson, notices, print_json, print_table

commands = typer.Typer(no_args_is_help=True)


@commands.command()
def create(json: AsJson = False) -> None:
    """Create every topic that is missing; what exists is left as it is.

    Partitions and copies: SOJOURN_PARTITIONS, SOJOURN_REPLICATION.

    Example: `sojourn topics create`
    """
    from agents.cli.terminal.reach import reachable, settings
    from agents.kafka.admin import Admin

    found = reachable(settings())
    with Admin(found) as admin:
        try:
            created = admin.create()
        except RuntimeError as error:
            raise CliError(
                f"the brokers refused: {error}", "correct SOJOURN_PARTITIONS or SOJOURN_REPLICATION, or ask for the right"
            ) from None
    if json:
        print_json({"created": created, "partitions": found.partitions})
    else:
        notices().print(f"created {', '.join(created)}" if created else "every topic exists already")


@commands.command()
def check(json: AsJson = False) -> None:
    """Compare the topics with the catalogue; exit 1 where something differs.

    Example: `sojourn topics check`
    """
    from dataclasses import asdict

    from agents.cli.terminal.reach import reachable, settings
    from agents.kafka.admin import Admin

    with Admin(reachable(settings())) as admin:
        findings = admin.check()
    if json:
        for finding in findings:
            print_json(asdict(finding))
    elif findings:
        print_table("Topics", ("topic", "cause", "fix"), [(each.about, each.cause, each.fix) for each in findings])
    else:
        notices().print("every topic is as the catalogue says", style="green")
    raise typer.Exit(PROBLEMS_FOUND if findings else 0)


@commands.command()
def trust(
    partitions: Annotated[list[int], typer.Argument(help="Partitions whose own record is to be believed.")],
    job: Annotated[str, typer.Option(help="journey or ingest.")] = "journey",
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without, only say what would be done.")] = False,
    json: AsJson = False,
) -> None:
    """Believe the partition record where it and the group's committed offset disagree.

    A worker refuses such a partition: one of the two is wrong, and only a person can know which. Here the group's offset is
    set to what the record says; where there is no record it is removed, and the partition is read again from its beginning
    (outputs then repeat). Workers of the group must be stopped.

    Example: `sojourn topics trust 0 3 --yes`
    """
    from agents.cli.terminal.reach import reachable, settings
    from agents.tools.operating.trust import believe, differences

    if job not in {"journey", "ingest"}:
        raise CliError(f"no job is called {job!r}", "write --job journey or --job ingest")
    found = reachable(settings())
    rows = differences(found, job, partitions)
    if yes:
        believe(found, job, rows)
    for row in rows:
        if json:
            print_json({"partition": row.partition, "committed": row.committed, "record": row.position, "done": yes})
        else:
            notices().print(
                f"partition {row.partition}: committed {row.committed}, record {row.position}{'' if yes else '; --yes believes the record'}"
            )
