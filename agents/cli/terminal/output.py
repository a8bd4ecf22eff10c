"""How commands print: tables and words for people, one JSON document a line for programs."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, one document a line, for programs.")]


def console() -> Console:
    """Return standard output as rich sees it."""
    from rich.console import Console

    return Console()


def notices() -> Console:
    """Return standard error as rich sees it: progress and remarks, which must not mix with a command's output."""
    from rich.console import Console

    return Console(stderr=True)


def print_json(document: Any) -> None:
    """Print one document on one line."""
    import orjson

    print_line(orjson.dumps(document))


def print_line(text: bytes) -> None:
    """Print a line at once; a reader that has had enough (`sojourn follow offers --json | head`) ends the command well."""
    try:
        sys.stdout.buffer.write(text + b"\n")
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is still buffered must not fail again at exit
        raise typer.Exit(0) from None


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows under columns; the last column takes the room that is left and wraps."""
    from rich.table import Table

    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, header_style="dim")
    for column in columns:
        table.add_column(column, no_wrap=column != columns[-1], overflow="fold")
    for row in rows:
        table.add_row(*row)
    console().print(table)
