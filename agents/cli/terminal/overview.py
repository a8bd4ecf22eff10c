"""Prints what all customers together went through: what to do first, and tables. Also writes it as a page.

`sojourn insights` shows what was published so, and `sojourn rehearse` what a file would give.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from agents.cli.terminal.errors import CliError
from agents.cli.terminal.output import PIPE, console, notices, print_fitting, terminal_width

if TYPE_CHECKING:
    from agents.tools.reports.overview.gathering import Overview

GAP = 3  # blanks between lists beside each other
TOLD = 3  # frictions that are told in full before the tables


def print_first(found: Overview, most: int = TOLD) -> None:
    """Print what to do first: blocked steps and the first frictions, about `most`, each with all that is known of it."""
    from agents.tools.reports.overview.first import first_cards
    from agents.tools.reports.overview.telling import lines
    from agents.tools.reports.terminal import styled

    width = terminal_width() or PIPE
    terminal = console(width)
    cards = first_cards(found, most)
    if cards:
        terminal.print(styled(("Do this first", "bold")))
    for number, each in enumerate(cards, 1):
        for line in lines(number, each, width):
            terminal.print(line, soft_wrap=True)


def print_tables(found: Overview, top: int, without: Collection[str] = ()) -> None:
    """Print the tables, each with at most `top` rows, but not those with these titles. Below them stands why the others are empty."""
    from agents.tools.reports.overview.tables import tables
    from agents.tools.reports.terminal import styled

    left_out, empty = list[str](), list[tuple[str, str]]()
    for table in tables(found, top):
        if table.title in without:
            continue
        if table.rows:
            left_out += print_fitting(table.title, table.columns, table.rows, table.by_weight, table.keys)
        else:
            empty.append((table.title, table.nothing))
    for title, why in empty:
        notices().print(styled((title, "bold"), f": {why}"))
    if left_out:
        notices().print("columns were left out for want of room; a wider terminal, a pipe (`| less`) or `--json` shows them all")


def print_beside(blocks: Sequence[tuple[str, Sequence[tuple[str, int | str]]]]) -> None:
    """Print titled lists of (name, count), as many beside each other as there is room for."""
    from rich.cells import cell_len

    from schemas.characters import visible

    lists = [
        [visible(title), *(visible(f"  {f'{n:,}' if isinstance(n, int) else n:>9}  {name}") for name, n in rows)] for title, rows in blocks
    ]
    wide, room, row = terminal_width() or PIPE, 0, list[list[str]]()
    for each in lists:
        needs = max(map(cell_len, each)) + GAP
        if row and room + needs - GAP > wide:
            _print_row(row)
            row, room = [], 0
        row.append(each)
        room += needs
    if row:
        _print_row(row)


def _print_row(lists: Sequence[Sequence[str]]) -> None:
    """Print these lists beside each other."""
    from rich.cells import cell_len

    widths = [max(map(cell_len, each)) + GAP for each in lists]
    for number in range(max(map(len, lists))):
        parts = [(each[number] if number < len(each) else "") for each in lists]
        line = "".join(part + " " * (width - cell_len(part)) for part, width in zip(parts, widths, strict=True))
        console().print(line.rstrip(), soft_wrap=True)


def write_page(path: Path, found: Overview) -> None:
    """Write the page to this file. Raises CliError if jinja2 is missing, or if the file cannot be written."""
    from importlib.util import find_spec

    if find_spec("jinja2") is None:
        raise CliError("a page needs jinja2, which is not installed", "install the extra: pip install 'sojourn[local]'")
    from agents.tools.reports.overview.page import page

    try:
        path.write_text(page(found), encoding="utf-8")
    except OSError as error:
        raise CliError(f"{path} cannot be written: {error.strerror}", "name a file in a folder that is there") from None
    notices().print(f"wrote {path}")
