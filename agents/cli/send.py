"""Send events from a file: one a line, in any accepted format, as they are; or rows of CSV or JSON, by a mapping.

What cannot be read is rejected with its reason, never dropped. With a running worker the command waits until the journey
has ended every event, and counts its own: records and the events in them apart. It then exits with 1 where something
was rejected or not sent. Events that hold nothing for a journey are passed by: no fault.

A line is a record. One with events of several customers becomes a record for each event, so that every customer's events keep
their order. Own names and patterns are those of the blueprint that was published last.

With `--json` the document has `records`, `events`, `applied`, `duplicate`, `late`, `passed_by`, `rejected` (these five add up to
`events`), `rejected_records` (kept whole), `reasons` (reason: rejected events), `clamped` (times set back to their arrival),
`unread` (reason: parts of events, such as amounts, that could not be read), `unsent`, `mixed` (records of several customers that
could not be divided) and `topic`. null means unknown.

With `--mapping` a TOML file says what each row means; `--dry-run` then shows what is understood, and needs no broker.

Example: `sojourn send events.jsonl.gz`

Example: `sojourn send shop.csv --mapping deploy/mappings/simple_shop.toml --dry-run`
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agents.cli.terminal.errors import PROBLEMS_FOUND, CliError
from agents.cli.terminal.mappings import mapping, named, now_ms, print_account, remarks, usable
from agents.cli.terminal.output import AsJson, console, notices, print_json
from schemas.topics import INTERACTIONS, TOUCHPOINTS

if TYPE_CHECKING:
    from agents.settings import Settings
    from agents.tools.mapping.declared import Declared
    from agents.tools.mapping.telling import Account
    from agents.tools.operating.feeding import Line, Sent
    from agents.tools.operating.settling import Before
    from agents.tools.operating.tally import Tally
    from schemas.conventions import Conventions


def command(
    file: Annotated[str, typer.Argument(help="A file of events, one a line (.gz too), or - for standard input.")],
    by: Annotated[str, typer.Option("--mapping", help="A TOML file that says what each row of the file means.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Send nothing: show what the mapping understands, and what not.")] = False,
    direct: Annotated[bool, typer.Option("--direct", help="Send canonical events straight to the journey, past ingest.")] = False,
    wait: Annotated[bool | None, typer.Option(help="Wait until every event is ended; by default where a worker runs.")] = None,
    timeout: Annotated[float, typer.Option(help="Seconds without progress after which waiting ends.")] = 60.0,
    json: AsJson = False,
) -> None:
    """Send, wait and count."""
    from agents.cli.terminal.reach import reachable, settings
    from agents.tools.mapping.telling import Account
    from agents.tools.operating.settling import noted

    named(file, "a file of events, one JSON document a line, or - for standard input")
    declared, account = mapping(by) if by else None, Account()
    if dry_run:
        _dry_run(declared, by, file, json=json)
        return
    found, topic = reachable(settings()), TOUCHPOINTS if direct else INTERACTIONS
    waits = _shall_wait(found, direct, wait)
    before, conventions = noted(found) if waits else None, _conventions(found)
    with usable(by):
        sent = _send(found, topic, _lines(declared, account, file, conventions), conventions, _size(file))
    tally = _await_outcomes(found, sent, before, timeout) if before else None
    _report(sent, tally, (account, declared) if declared else None, json=json)
    if sent.unsent or account.refused or account.unread or (tally and tally.at_fault):
        raise typer.Exit(PROBLEMS_FOUND)


def _dry_run(declared: Declared | None, by: str, file: str, *, json: bool) -> None:
    from agents.cli.terminal.progress import waiting
    from agents.tools.mapping.reading import told
    from agents.tools.mapping.telling import Account

    if declared is None:
        fix = "--mapping M.toml; events as they are sent: `sojourn rehearse FILE`"
        raise CliError("--dry-run shows what a mapping understands, and none is named", fix)
    account = Account()
    with usable(by), waiting("Reading rows"):
        for each in told(declared, file, now_ms()):
            account.take(each)
    if json:
        print_json({**account.document(), "notes": remarks(account, declared)})
    else:
        print_account(console(), account, declared)
    if account.refused or account.unread:
        raise typer.Exit(PROBLEMS_FOUND)


def _lines(declared: Declared | None, account: Account, file: str, conventions: Conventions) -> Iterable[Line]:
    from agents.tools.operating.feeding import lines, mapped

    return lines(file) if declared is None else mapped(declared, file, now_ms(), account, conventions)


def _conventions(found: Settings) -> Conventions:
    """Return the names and patterns of the blueprint that was published last. Who may not read them may still send."""
    from confluent_kafka import KafkaException

    from agents.published.conventions import newest_conventions
    from schemas.conventions import NO_CONVENTIONS

    try:
        return newest_conventions(found)
    except KafkaException as error:
        cause = f"the blueprint's names cannot be read ({error.args[0].str()}), so events under them get no key and may come late"
        notices().print(f"note {cause}", soft_wrap=True)
        return NO_CONVENTIONS


def _size(file: str) -> int | None:
    """Return the bytes of a file, for a progress bar; None for standard input."""
    return None if file == "-" else Path(file).stat().st_size


def _shall_wait(found: Settings, direct: bool, wait: bool | None) -> bool:
    from agents.kafka.admin import Admin
    from agents.kafka.refused import RightMissingError

    topic, groups = (TOUCHPOINTS, ["sojourn-journey"]) if direct else (INTERACTIONS, ["sojourn-journey", "sojourn-ingest"])
    with Admin(found) as admin:
        if not admin.partitions([topic]):
            raise CliError(f"the topic {topic} does not exist", "sojourn topics create")
        try:
            return wait if wait is not None else all(admin.group(name).members for name in groups)
        except RightMissingError as error:
            notices().print(f"note {error.args[0].str()}, so nobody waits", soft_wrap=True)
            return False


def _send(found: Settings, topic: str, events: Iterable[Line], conventions: Conventions, size: int | None) -> Sent:
    from secrets import token_hex

    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn

    from agents.cli.terminal.progress import bars
    from agents.tools.operating.feeding import feed

    words = TextColumn("{task.fields[events]:,} lines, {task.fields[rate]:,.0f}/s")
    with bars(TextColumn("sending"), BarColumn(), words, TimeElapsedColumn()) as bar:
        task = bar.add_task("sending", total=size, events=0, rate=0.0)

        def moved(events: int, read: int) -> None:
            elapsed = bar.tasks[0].elapsed or 0.001
            bar.update(task, completed=size if read < 0 else read, events=events, rate=events / elapsed)

        return feed(found, topic, events, moved, token_hex(8), conventions)


def _await_outcomes(found: Settings, sent: Sent, before: Before, timeout: float) -> Tally:
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn

    from agents.cli.terminal.progress import bars
    from agents.tools.operating.settling import NotEndedError, settle

    with bars(TextColumn("waiting"), BarColumn(), MofNCompleteColumn()) as bar:
        task = bar.add_task("waiting", total=sent.records)
        moved: Callable[[int], None] = lambda ended: bar.update(task, completed=ended)  # noqa: E731 - one line, used once
        try:
            return settle(found, sent, before, moved, timeout)
        except NotEndedError as error:
            raise CliError(
                f"sent {sent.records:,} records, but {error}", "is a worker running? `sojourn doctor` says what is wrong"
            ) from None


def _report(sent: Sent, tally: Tally | None, mapped: tuple[Account, Declared] | None, *, json: bool) -> None:
    if json:
        ended = tally.document() if tally else {"records": sent.records}
        rows = {"rows": mapped[0].document()} if mapped else {}
        print_json({"topic": sent.topic, **ended, "unsent": sent.unsent, "mixed": sent.mixed, **rows})
        return
    from agents.tools.operating.remedies import remarks_on
    from agents.tools.reports.terminal import styled

    said = notices()
    if mapped:
        print_account(said, *mapped)
    for line in sent.unsent[:10]:
        said.print(styled(("not sent", "red"), f" {line}"), soft_wrap=True)
    if sent.mixed:
        said.print(styled(("note", "red"), f" {_mixed(sent.mixed)}"), soft_wrap=True)
    if tally is None:
        said.print(f"sent {sent.records:,} to {sent.topic}; nobody waited for what became of them")
        return
    said.print(f"sent {tally.words()}", soft_wrap=True)
    for line in remarks_on(tally):
        said.print(line, soft_wrap=True)


def _mixed(records: int) -> str:
    """Return the sentence about records whose events belong to several customers and cannot be sent apart."""
    which = "1 record holds" if records == 1 else f"{records:,} records hold"
    return f"{which} events of several customers and cannot be divided: some may come late. Write one event a line, each as plain JSON"
