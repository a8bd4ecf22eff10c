"""How commands print: tables and text for people; for programs, one JSON document a line.

Whatever is printed is text (agents.tools.reports.terminal), and one call of `print` prints one line.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from agents.tools.reports.terminal import Terminal

PIPE = 80  # characters of a line where there is no terminal to ask
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, one document a line, for programs.")]


def console(width: int | None = None) -> Terminal:
    """Return the console on standard output, `width` characters wide if that is given."""
    from agents.tools.reports.terminal import Terminal

    return Terminal(width=width)


def notices() -> Terminal:
    """Return the console on standard error. Progress and remarks go there: they must not mix with a command's output."""
    from agents.tools.reports.terminal import Terminal

    return Terminal(stderr=True)


def print_json(document: Any) -> None:
    """Print one document on one line."""
    import json

    import orjson

    try:
        print_line(orjson.dumps(document))
    except TypeError:  # a lone surrogate, as in the name of a file that is not UTF-8: the standard library writes its escape
        print_line(json.dumps(document, default=str).encode())


def print_line(text: bytes) -> None:
    """Print a JSON document at once, on one line. If the reader has closed the pipe (`sojourn follow offers --json | head`), exit with 0.

    Programs read the same from it: a character that a terminal would obey is written as JSON's escape.
    """
    from schemas.characters import escaped_json

    try:
        sys.stdout.buffer.write(escaped_json(text.decode(errors="backslashreplace")).encode() + b"\n")
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # otherwise the rest of the buffer would fail again at exit
        raise typer.Exit(0) from None


def print_document(text: str) -> None:
    """Print a TOML document of ours as it is written to a file. Texts in it that a terminal would obey have TOML's escapes."""
    from schemas.characters import escaped_toml

    typer.echo(escaped_toml(text), nl=not text.endswith("\n"))


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table. The last column takes the room that is left, and wraps."""
    from agents.tools.reports.terminal import titled

    table = titled(title)
    for column in columns:
        table.add_column(column, no_wrap=column != columns[-1], overflow="fold")
    for row in rows:
        table.add_row(*row)
    console().print(table)


def print_fitting(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], by_weight: Sequence[str] = (), keys: int = 1
) -> list[str]:
    """Print as many columns as the terminal has room for, and below them the names of the others. Return those names.

    `by_weight` names the columns, the most important first. A file or a pipe gets every column: a table that is wider than `PIPE` comes in
    parts, and each begins with the first `keys` columns, which say what a row is about.
    """
    from agents.cli.terminal.columns import fitting, parts
    from schemas.characters import visible

    rows = [tuple(map(visible, row)) for row in rows]  # as they will be shown: a code is wider than its character
    if not (width := terminal_width()):
        for number, part in enumerate(parts(columns, rows, keys, PIPE)):
            _print_columns(f"{title}, continued" if number else title, columns, rows, part, PIPE)
        return []
    fit = fitting(columns, rows, by_weight or columns, width)
    _print_columns(title, columns, rows, fit.shown, width)
    left_out = [columns[number] for number in fit.left_out]
    if left_out:
        console(width).print(f"left out: {', '.join(left_out)}", style="dim")
    return left_out


def _print_columns(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], shown: Sequence[int], width: int) -> None:
    """Print a table of these columns. A column of long texts wraps if there is no room for it."""
    from agents.cli.terminal.columns import WRAPS, natural
    from agents.tools.reports.terminal import titled

    table = titled(title)
    for number in shown:
        narrow = natural(columns[number], [row[number] for row in rows]) <= WRAPS
        table.add_column(columns[number], no_wrap=narrow, overflow="fold")
    for row in rows:
        table.add_row(*(row[number] for number in shown))
    console(width).print(table)


def terminal_width() -> int:
    """Return how many characters fit on a line of standard output; 0 if it is no terminal and COLUMNS is not set."""
    return shutil.get_terminal_size((0, 0)).columns
