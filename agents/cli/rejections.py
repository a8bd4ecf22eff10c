"""Look at what could not be used: the totals by reason, and one rejection with its original bytes.

Example: `sojourn rejections list --reason unreadable_json`
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agents.cli.terminal.errors import CliError
from agents.cli.terminal.output import AsJson, console, notices, print_json, print_table
from agents.cli.terminal.replaying import replay
from agents.cli.terminal.unknown_names import names
from schemas.topics import REJECTIONS

if TYPE_CHECKING:
    from schemas.outputs.rejections import Rejection

commands = typer.Typer(no_args_is_help=True)
commands.command()(names)
commands.command()(replay)

# Where the formats name a customer, and what happened. Of several the first that holds something is shown.
_CUSTOMERS = ("customer", "userId", "anonymousId", "distinct_id", "user_id", "uid", "domain_userid", "duid", "subject")
_KINDS = ("kind", "event", "event_name", "type", "e")
NOTE = "replayed"  # the reason of notes, which say that a rejection was sent again: only listed if asked for


@commands.command("list")
def list_(
    reason: Annotated[str | None, typer.Option(help="Only those with this reason.")] = None,
    limit: Annotated[int, typer.Option(min=0, help="List so many of the newest; the totals count all.")] = 20,
    json: AsJson = False,
) -> None:
    """List the newest rejections, and the totals by reason.

    Example: `sojourn rejections list --reason unknown_kind --limit 50`
    """
    rows = [row for row in _read_kept() if row.reason == reason or (reason is None and row.reason != NOTE)]
    newest = sorted(rows, key=lambda row: (row.logged_at, row.id))[len(rows) - min(limit, len(rows)) :]
    if json:
        for row in newest:
            print_json(_facts(row))
        return
    if not rows:
        notices().print("nothing was rejected")
        return
    _print_newest(newest)
    totals = Counter(row.reason for row in rows).most_common()
    print_table(
        "Totals", ("count", "reason", "what it means, what to do"), [(f"{n:,}", reason, " ".join(_words(reason))) for reason, n in totals]
    )


def _print_newest(rows: list[Rejection]) -> None:
    """Print each rejection in two lines, so that it stays readable where the terminal is narrow."""
    from schemas.writing import rfc3339

    terminal = console()
    terminal.print("Rejections", style="bold")
    for row in rows:
        head = f"{row.id}  {rfc3339(row.logged_at)}  {'in part: ' if row.in_part else ''}{row.reason}"
        below = "  ".join(part for part in (*_told_of(_original(row)), row.error) if part)
        terminal.print(head)
        if below:
            terminal.print(f"  {below}", style="dim")


@commands.command()
def show(
    id: Annotated[str, typer.Argument(help="The rejection's id, as `list` prints it.")],
    raw: Annotated[bool, typer.Option("--raw", help="Write the original bytes and nothing else.")] = False,
    json: AsJson = False,
) -> None:
    """Show one rejection and the original bytes (the first 64 KiB of them).

    Example: `sojourn rejections show interactions.v1-3-1041 --raw`
    """
    found = next((row for row in _read_kept() if row.id == id), None)
    if found is None:
        raise CliError(f"no rejection {id} is kept", "`sojourn rejections list` shows those that are; they are kept for 7 days")
    original = _original(found)
    if raw:
        typer.echo(original, nl=False)
    elif json:
        print_json(_facts(found) | {"value": found.value, "key": found.key, "headers": found.headers})
    else:
        facts = [(name, str(fact)) for name, fact in _facts(found).items()]
        print_table(found.id, ("fact", "value"), facts)
        console().print("original:", style="dim")
        for line in original.decode(errors="backslashreplace").split("\n"):
            console().print(line, soft_wrap=True)


def _original(rejection: Rejection) -> bytes:
    from base64 import b64decode

    return b64decode(rejection.value or "")


def _facts(rejection: Rejection) -> dict[str, Any]:
    from schemas.writing import rfc3339

    told = ("id", "topic", "partition", "offset", "reason", "in_part", "error", "detector", "version", "value_length", "value_sha256")
    facts = {name: getattr(rejection, name) for name in told} | {"logged_at": rfc3339(rejection.logged_at)}
    customer, kind = _told_of(_original(rejection))
    means, fix = _words(rejection.reason)
    return facts | {"means": means, "fix": fix, "customer": customer, "kind": kind}


def _words(reason: str) -> tuple[str, str]:
    """Return what a reason means and what to do about it; empty texts for a reason of another version.

    >>> _words("unreadable_batch")[0]
    'A whole batch cannot be unpacked or taken apart: its sender or the broker damaged it.'
    """
    from agents.tools.operating.remedies import REMEDIES, SENTENCES

    return SENTENCES.get(reason, ""), REMEDIES.get(reason, "")


def _told_of(value: bytes) -> tuple[str, str]:
    """Return the customer and the name of the event that the original holds, as far as they can be read.

    >>> _told_of(b'{"type":"track","event":"Moon Landed","userId":"c7"}'), _told_of(b"{")
    (('c7', 'Moon Landed'), ('', ''))
    """
    import orjson

    try:
        fields = orjson.loads(value)
    except orjson.JSONDecodeError:
        return "", ""
    return _first(fields, _CUSTOMERS), _first(fields, _KINDS)


def _first(fields: object, names: tuple[str, ...]) -> str:
    found = (fields.get(name) for name in names) if isinstance(fields, dict) else ()
    return next((str(each)[:64] for each in found if isinstance(each, str | int) and each != ""), "")


def _read_kept() -> Iterator[Rejection]:
    import msgspec

    from agents.cli.terminal.reach import reachable, settings, with_topics
    from agents.kafka.reader import LogReader
    from schemas.outputs.rejections import Rejection

    with LogReader(with_topics(reachable(settings()), REJECTIONS), REJECTIONS, beginning=True) as reader:
        for message in reader.until_end():
            yield msgspec.json.decode(message.value() or b"", type=Rejection)
