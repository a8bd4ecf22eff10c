"""Create the topics, compare them with the catalogue, or override a worker that refuses its own progress.

Example: `sojourn topics create`
"""

from __future__ import annotations

from typing import Annotated

import typer

from agents.cli.terminal.errors import PROBLEMS_FOUND, CliError
from agents.cli.terminal.output import AsJson, notices, print_json, print_table
from agents.running.roles import CarrierRole

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
    job: Annotated[CarrierRole, typer.Option(help="The role that refuses.")] = "journey",
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without, only say what would be done.")] = False,
    json: AsJson = False,
) -> None:
    """Go on with what the changelog holds of a partition, where a worker refuses.

    A worker refuses a partition whose log, group offset and own record do not belong together: only a person can know what
    happened. Here the record is believed. It gets the nearest offset that the log has, and the group's offset becomes the same.
    Records that were deleted unread stay lost. Where there is no record, the partition is read again from its beginning
    (outputs then repeat). Workers of the group must be stopped; one that has just refused counts as a member for ten seconds.

    Example: `sojourn topics trust 0 3 --yes`
    """
    from agents.cli.terminal.reach import reachable, settings
    from agents.running.carrier_options import carrier_options
    from agents.tools.operating.trust import TrustError, believe, standings

    found = reachable(settings())
    options = carrier_options(found, job)
    try:
        rows = standings(found, options, partitions)
        if yes:
            believe(found, options, rows)
    except TrustError as error:
        raise CliError(str(error), "stop the workers, or correct the partitions and --job; then run this again") from None
    for row in rows:
        if json:
            fields = {"committed": row.log.committed, "record": row.record and row.record.position, "goes_on_at": row.to, "done": yes}
            print_json({"partition": row.log.number, **fields})
        else:
            notices().print(f"{row.words}; {'goes on' if yes else 'with --yes it goes on'} at {row.to}")


@commands.command()
def skip(
    topic: Annotated[str, typer.Argument(help="The topic that the worker named.")],
    partition: Annotated[int, typer.Argument(min=0, help="The partition that the worker named.")],
    offset: Annotated[int, typer.Argument(min=0, help="The offset that the worker named.")],
    job: Annotated[CarrierRole, typer.Option(help="The role that cannot read it.")] = "journey",
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without, only say what would be lost.")] = False,
    json: AsJson = False,
) -> None:
    """Go on behind a batch that is damaged on the broker's disk. Its records are lost.

    A worker ends at such a batch and names its place. Restore the broker's storage first, if you can. This command writes a rejection
    for the whole batch, with its offsets and the hash of its bytes, and moves the worker behind it, in one transaction. What can be read
    is never skipped. Workers of the group must be stopped; one that has just ended counts as a member for ten seconds.

    Example: `sojourn topics skip interactions.v1 3 41 --job ingest --yes`
    """
    from agents.cli.terminal.reach import reachable, settings
    from agents.running.carrier_options import carrier_options
    from agents.tools.operating.skip import damage, pass_by
    from agents.tools.operating.trust import TrustError

    found = reachable(settings())
    options = carrier_options(found, job)
    try:
        lost = damage(found, options, topic, partition, offset)
        if yes:
            pass_by(found, options, lost)
    except TrustError as error:
        raise CliError(str(error), "take topic, partition, offset and --job from the worker's last line, and stop the workers") from None
    batch = lost.batch
    if json:
        print_json({"topic": topic, "partition": partition, "first": batch.first, "last": batch.offset, "cause": batch.error, "done": yes})
    else:
        notices().print(f"{lost.words}; {'passed by' if yes else 'with --yes they are lost'}; it goes on at {batch.offset + 1}")


@commands.command()
def transactions(
    yes: Annotated[bool, typer.Option("--yes", help="End them; without, only name them.")] = False,
    json: AsJson = False,
) -> None:
    """Name the transactions that hold up the stream: nothing behind an open one can be read. Exit 1 if there is one.

    With --yes each is ended where it holds up a partition, as if its producer had given it up: its records are never read. Look first
    whose they are. Workers end their own transactions within a second.

    Example: `sojourn topics transactions`
    """
    from dataclasses import asdict

    from agents.cli.terminal.reach import reachable, settings
    from agents.tools.operating.transactions import end_transaction, in_words, open_transactions

    found = reachable(settings())
    held = open_transactions(found)
    for each in held:
        if yes:
            end_transaction(found, each)
        if json:
            print_json({**asdict(each), "ended": yes})
        else:
            ended = "; ended" if yes else "; --yes ends it"
            notices().print(f"{each.topic} partition {each.partition}: {each.records} records wait behind {in_words(each)}{ended}")
    if not held and not json:
        notices().print("no open transaction holds up the stream")
    raise typer.Exit(PROBLEMS_FOUND if held and not yes else 0)
