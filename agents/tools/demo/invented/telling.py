"""Prints the demo of an invented company: what was planted and what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.tools.demo.invented.verdict import COLUMNS
from agents.tools.reports.chronicle.printing import show_first
from agents.tools.reports.terminal import Terminal, styled, untitled

if TYPE_CHECKING:
    from agents.tools.demo.invented.scene import Shown

STORY = 10  # lines


def tell(console: Terminal, shown: Shown) -> None:
    """Print what was planted and found, one customer's story, and where the report lies: fewer than 40 lines."""
    measured, table = shown.measured, untitled(header_style="dim", padding=(0, 2, 0, 0))
    console.print()
    console.print(styled((measured.accounts(), "bold")), soft_wrap=True)
    console.print(
        f"{measured.rate:,.0f} events a second, door to committed journey; {shown.offers:,} offers reached customers, who answered"
    )
    if measured.restarts:
        console.print(f"the worker was started again {measured.restarts} times on the way: nothing was lost or doubled")
    console.print()
    for column in COLUMNS:
        table.add_column(column, overflow="fold")
    for row in shown.verdict.rows():
        table.add_row(*row)
    console.print(table)
    for words in shown.verdict.sentences():
        console.print(words)
    console.print()
    console.print(styled(("one customer: ", "bold"), (shown.story.customer, "bold")))
    show_first(console, shown.part, STORY)
    console.print()
    console.print(styled("the report, with pictures: ", (str(shown.report), "bold")), soft_wrap=True)
