"""Prints the demo of an invented company: a bar while its days pass, then what was planted and what was found."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from agents.tools.demo.invented.verdict import COLUMNS
from agents.tools.reports.chronicle.printing import show_first
from agents.tools.reports.terminal import Terminal, styled, untitled

if TYPE_CHECKING:
    from agents.tools.demo.invented.scene import Shown

STORY = 10  # lines


class DayBar:
    """An onlooker with one bar: days of the company, and the events sent and applied by now."""

    def __init__(self, console: Terminal, days: int) -> None:
        words = TextColumn(
            "day {task.completed} of {task.total}: {task.fields[sent]:,} events sent, {task.fields[applied]:,} in the journeys"
        )
        self._progress = Progress(BarColumn(20), words, TimeElapsedColumn(), console=console, transient=True)
        self._task = self._progress.add_task("", total=days, sent=0, applied=0)

    def __enter__(self) -> DayBar:
        self._progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._progress.stop()

    def said(self, words: str) -> None:
        """Print a line above the bar."""
        self._progress.console.print(styled(("·", "dim"), f" {words}"))

    def began(self, day: int) -> None:
        """Take the day that begins, from 0."""
        self._progress.update(self._task, completed=day)

    def moved(self, sent: int, applied: int) -> None:
        """Update the counts."""
        self._progress.update(self._task, sent=max(sent, applied), applied=applied)


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
