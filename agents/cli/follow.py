"""Watch what is decided as it is decided: offers, decisions, frictions, risks, transitions or rejections.

Only committed records are shown, each once. Stop with Ctrl-C.

Example: `sojourn follow offers --from-start --count 5`
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agents.cli.terminal.errors import CliError
from agents.cli.terminal.output import AsJson, console, print_line

if TYPE_CHECKING:
    from confluent_kafka import Message

    from agents.kafka.reader import LogReader


class Stream(StrEnum):
    """The streams that can be followed."""

    offers = "offers"
    decisions = "decisions"
    frictions = "frictions"
    risks = "risks"
    transitions = "transitions"
    rejections = "rejections"


_SHOWN_APART = ("id", "type", "at", "customer", "rules", "headers", "value", "key", "value_sha256")
_INDENT = 4  # columns before a reason
_COLOURS = {"offers": "green", "decisions": "cyan", "frictions": "yellow", "risks": "magenta", "transitions": "blue", "rejections": "red"}


def command(
    stream: Annotated[Stream, typer.Argument(help="What to follow.")],
    from_start: Annotated[bool, typer.Option("--from-start", help="Begin with the oldest record that is kept.")] = False,
    until_end: Annotated[bool, typer.Option("--until-end", help="Stop at the newest record in place of waiting for more.")] = False,
    count: Annotated[int | None, typer.Option(min=1, help="Stop after so many records.")] = None,
    customer: Annotated[str | None, typer.Option(help="Only this customer's.")] = None,
    json: AsJson = False,
) -> None:
    """Print each record as it is committed."""
    from agents.cli.terminal.reach import reachable, settings
    from agents.kafka.reader import LogReader

    found = reachable(settings())
    topic = f"journey.{stream.value}.v1"
    with LogReader(found, topic, beginning=from_start) as reader:
        if not reader.partitions():
            raise CliError(f"the topic {topic} does not exist", "sojourn topics create")
        try:
            for value in islice(_values(reader, customer, until_end=until_end), count):
                _show(stream.value, value, json=json)
        except KeyboardInterrupt:
            return


def _values(reader: LogReader, customer: str | None, *, until_end: bool) -> Iterator[bytes]:
    messages: Iterator[Message] = reader.until_end() if until_end else reader.live()
    for message in messages:
        value, key = message.value(), message.key()
        if isinstance(value, bytes) and (customer is None or key == customer.encode()):
            yield value


def _show(stream: str, value: bytes, *, json: bool) -> None:
    """Print one record: as JSON, or in the words of `sojourn explain` with its reasons as further lines."""
    if json:
        print_line(value)
        return
    import orjson
    from rich.padding import Padding

    from agents.tools.reports.chronicle.records import published
    from agents.tools.reports.chronicle.saying import Saying
    from agents.tools.reports.chronicle.wording import say
    from agents.tools.reports.terminal import styled

    record = orjson.loads(value)
    try:
        saying = say(published(value))
    except ValueError:  # a rejection, or a record of another version
        saying = Saying(_facts(record))
    who = str(record.get("customer") or record.get("id", ""))
    console().print(styled((f"{record.get('at', '')}  ", "dim"), (f"{who}  ", "bold"), (saying.words, _COLOURS[stream])), soft_wrap=True)
    for reason in saying.because:
        console().print(Padding(styled((reason, "dim")), (0, 0, 0, _INDENT), expand=False))


def _facts(record: dict[str, Any]) -> str:
    """Return the fields of a record for which there are no words of its own."""
    import orjson

    told = {name: fact for name, fact in record.items() if name not in _SHOWN_APART and fact}
    facts = "  ".join(f"{name} {fact if isinstance(fact, str) else orjson.dumps(fact).decode()}" for name, fact in told.items())
    return f"{record.get('type', 'record')}  {facts}"
