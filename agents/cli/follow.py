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
    from rich.text import Text

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
    if json:
        print_line(value)
        return
    import orjson

    console().print(_line(stream, orjson.loads(value)), soft_wrap=True)


def _line(stream: str, record: dict[str, Any]) -> Text:
    """Return one record as one line: time, customer, type, then the other facts, up to 400 characters."""
    import orjson

    from agents.tools.reports.terminal import styled

    facts = {name: fact for name, fact in record.items() if name not in _SHOWN_APART}
    words = "  ".join(f"{name} {fact if isinstance(fact, str) else orjson.dumps(fact).decode()}" for name, fact in facts.items() if fact)
    who = str(record.get("customer") or record.get("id", ""))
    return styled(
        (f"{record.get('at', '')}  ", "dim"),
        (f"{who}  ", "bold"),
        (f"{record.get('type', stream)}  ", _COLOURS[stream]),
        words if len(words) <= 400 else words[:399] + "…",
    )
