"""How commands print: tables and text for people; for programs, one JSON document a line."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, one document a line, for programs.")]


def console(width: int | None = None) -> Console:
    """Return rich's console on standard output, `width` characters wide if that is given."""
    from rich.console import Console

    return Console(width=width)


def notices() -> Console:
    """Return rich's console on standard error. Progress and remarks go there: they must not mix with a command's output."""
    from rich.console import Console

    return Console(stderr=True)


def print_json(document: Any) -> None:
    """Print one document on one line."""
    import orjson

    print_line(orjson.dumps(document))


def print_line(text: bytes) -> None:
    """Print a line at once. If the reader has closed the pipe (`sojourn follow offers --json | head`), exit with 0."""
    try:
        sys.stdout.buffer.write(text + b"\n")
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # otherwise the rest of the buffer would fail again at exit
        raise typer.Exit(0) from None


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table. The last column takes the room that is left, and wraps."""
    from rich.table import Table

    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, header_style="dim")
    for column in columns:
        table.add_column(column, no_wrap=column != columns[-1], overflow="fold")
    for row in rows:
        table.add_row(*row)
    console().print(table)


def print_fitting(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], by_weight: Sequence[str] = ()) -> list[str]:
    """Print as many columns as the terminal has room for, and below them the names of the others. Return those names.

    `by_weight` names the columns, the most important first. A file or a pipe has no width, so it gets every column, uncut.
    """
    from rich.table import Table

    from agents.cli.terminal.columns import GAP, WRAPS, fitting, natural

    width = terminal_width() or sum(natural(name, [row[at] for row in rows]) + GAP for at, name in enumerate(columns))
    fit = fitting(columns, rows, by_weight or columns, width)
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, header_style="dim")
    for number in fit.shown:
        narrow = natural(columns[number], [row[number] for row in rows]) <= WRAPS
        table.add_column(columns[number], no_wrap=narrow, overflow="fold")
    for row in rows:
        table.add_row(*(row[number] for number in fit.shown))
    terminal = console(width)
    terminal.print(table)
    left_out = [columns[number] for number in fit.left_out]
    if left_out:
        terminal.print(f"left out: {', '.join(left_out)}", style="dim")
    return left_out


def terminal_width() -> int:
    """Return how many characters fit on a line of standard output; 0 if it is no terminal and COLUMNS is not set."""
    return shutil.get_terminal_size((0, 0)).columns
