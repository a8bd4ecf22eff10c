"""Prints the demo of an invented company: what was planted and what was found. With the lines before it, it is one screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.tools.demo.invented.story import thread
from agents.tools.demo.invented.verdict import COLUMNS
from agents.tools.reports.chronicle.printing import show_first
from agents.tools.reports.drawing import plain
from agents.tools.reports.terminal import Terminal, styled, untitled

if TYPE_CHECKING:
    from agents.tools.demo.invented.scene import Shown

STORY = 9  # lines, below the customer's name
GAP = 2  # columns between two cells


def tell(console: Terminal, shown: Shown) -> None:
    """Print what was planted and found, one customer's story, and where the report lies: fewer than 40 lines with what stands above."""
    console.print()
    _tell_counts(console, shown)
    console.print()
    _tell_incidents(console, shown)
    for words in shown.verdict.sentences():
        console.print(words)
    console.print()
    hit = f", hit by {plain(shown.told.incident)}" if shown.told.incident else ""
    console.print(styled(("one customer: ", "bold"), (shown.story.customer, "bold"), hit), no_wrap=True, overflow="ellipsis")
    show_first(console, thread(shown.story, shown.told), STORY)
    console.print(styled("the report, with pictures: ", (str(shown.report), "bold")), soft_wrap=True)


def _tell_counts(console: Terminal, shown: Shown) -> None:
    measured = shown.measured
    console.print(styled((measured.accounts(), "bold")), soft_wrap=True)
    console.print(f"{measured.rate:,.0f} events a second into committed journeys; {shown.offers:,} offers reached customers")
    if measured.restarts:
        console.print(f"the worker was started again {measured.restarts} times on the way: nothing was lost or doubled")


def _tell_incidents(console: Terminal, shown: Shown) -> None:
    """Print a line for each incident. What found it names a place of theirs, which may be of any length: it is cut, and nothing else."""
    rows = list(shown.verdict.rows())
    widths = [max(map(len, cells)) for cells in zip(COLUMNS, *rows, strict=True)]
    table = untitled(header_style="dim", padding=(0, GAP, 0, 0))
    for column, width in zip(COLUMNS, (widths[0], min(widths[1], console.width - widths[0] - widths[2] - 3 * GAP), widths[2]), strict=True):
        table.add_column(column, no_wrap=True, overflow="ellipsis", width=max(1, width))
    for row in rows:
        table.add_row(*row)
    console.print(table)
