"""Send events from a file, one a line, in any accepted format; every line goes out as it is.

What cannot be read is rejected with its reason, never dropped. With a running worker the command waits until the journey
has ended every event and counts them; it then exits with 1 where something was rejected.

Example: `sojourn send events.jsonl.gz`
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agents.cli.terminal.errors import PROBLEMS_FOUND, CliError
from agents.cli.terminal.output import AsJson, notices, print_json

if TYPE_CHECKING:
    from agents.operating.feeding import Sent
    from agents.operating.tally import Before, Tally
    from agents.settings import Settings

FRONT, DIRECT = "interactions.v1", "journey.touchpoints.v1"


def command(
    file: Annotated[str, typer.Argument(help="A file of events, one a line (.gz too), or - for standard input.")],
    direct: Annotated[bool, typer.Option("--direct", help="Send canonical events straight to the journey, past ingest.")] = False,
    wait: Annotated[bool | None, typer.Option(help="Wait until every event is ended; by default where a worker runs.")] = None,
    timeout: Annotated[float, typer.Option(help="Seconds without progress after which waiting ends.")] = 60.0,
    json: AsJson = False,
) -> None:
    """Send, wait and count."""
    from agents.cli.terminal.reach import reachable, settings
    from agents.operating.tally import noted

    if file != "-" and not Path(file).is_file():
        raise CliError(f"there is no file {file}", "name a file of events, one JSON document a line, or - for standard input")
    found = reachable(settings())
    topic = DIRECT if direct else FRONT
    waits = _shall_wait(found, direct, wait)
    before = noted(found) if waits else None
    sent = _sent(found, topic, file)
    tally = _settled(found, sent, before, timeout) if before else None
    _report(sent, tally, json=json)
    if sent.unsent or (tally and tally.rejected):
        raise typer.Exit(PROBLEMS_FOUND)


def _shall_wait(found: Settings, direct: bool, wait: bool | None) -> bool:
    from agents.operating.admin import Admin

    with Admin(found) as admin:
        topic = DIRECT if direct else FRONT
        if not admin.partitions([topic]):
            raise CliError(f"the topic {topic} does not exist", "sojourn topics create")
        groups = ["sojourn-journey"] if direct else ["sojourn-journey", "sojourn-ingest"]
        return wait if wait is not None else all(admin.group(name).members for name in groups)


def _sent(found: Settings, topic: str, file: str) -> Sent:
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from agents.operating.feeding import feed, lines

    size = None if file == "-" else Path(file).stat().st_size
    words = TextColumn("{task.fields[events]:,} events, {task.fields[rate]:,.0f}/s")
    with Progress(TextColumn("sending"), BarColumn(), words, TimeElapsedColumn(), console=notices(), transient=True) as bar:
        task = bar.add_task("sending", total=size, events=0, rate=0.0)

        def moved(events: int, read: int) -> None:
            elapsed = bar.tasks[0].elapsed or 0.001
            bar.update(task, completed=size if read < 0 else read, events=events, rate=events / elapsed)

        return feed(found, topic, lines(file), moved)


def _settled(found: Settings, sent: Sent, before: Before, timeout: float) -> Tally:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from agents.operating.tally import NotEndedError, settle

    with Progress(TextColumn("waiting"), BarColumn(), MofNCompleteColumn(), console=notices(), transient=True) as bar:
        task = bar.add_task("waiting", total=sent.events)
        moved: Callable[[int], None] = lambda ended: bar.update(task, completed=ended)  # noqa: E731 - one line, used once
        try:
            return settle(found, sent, before, moved, timeout)
        except NotEndedError as error:
            raise CliError(
                f"sent {sent.events:,} events, but {error}", "is a worker running? `sojourn doctor` says what is wrong"
            ) from None


def _report(sent: Sent, tally: Tally | None, *, json: bool) -> None:
    if json:
        ended = (
            {"applied": tally.applied, "rejected": tally.rejected, "duplicate": tally.duplicate, "reasons": dict(tally.reasons)}
            if tally
            else {}
        )
        print_json({"topic": sent.topic, "sent": sent.events, "unsent": sent.unsent, **ended})
        return
    console = notices()
    for line in sent.unsent[:10]:
        console.print(f"[red]not sent[/] {line}")
    if tally is None:
        console.print(f"sent {sent.events:,} to {sent.topic}; nobody waited for what became of them")
        return
    repeated = "unknown" if tally.duplicate is None else f"{tally.duplicate:,}"
    console.print(f"sent {sent.events:,}   applied {tally.applied:,}   rejected {tally.rejected:,}   duplicate {repeated}")
    for reason, count in sorted(tally.reasons.items(), key=lambda row: -row[1]):
        console.print(f"  rejected {count:,}: {reason}")
    if tally.rejected:
        console.print("`sojourn rejections list` shows them")
