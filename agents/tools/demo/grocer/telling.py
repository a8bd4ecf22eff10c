"""Prints a demo on the terminal: progress bars while it runs, then what was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from agents.tools.demo.measured import Latency, Measured
from agents.tools.demo.onlooker import Onlooker
from agents.tools.reports.terminal import Terminal, styled, untitled

if TYPE_CHECKING:
    from agents.tools.demo.findings import Figures

MOST = 8  # of a long list, so many names are shown


class Bars(Onlooker):
    """An onlooker with two bars: events sent, events applied."""

    def __init__(self, console: Terminal, total: int) -> None:
        columns = TextColumn("{task.description:>8}"), BarColumn(None), MofNCompleteColumn(), TaskProgressColumn(), TimeElapsedColumn()
        super().__init__(Progress(*columns, console=console, transient=True))
        self._sent = self._progress.add_task("sent", total=total)
        self._applied = self._progress.add_task("applied", total=total)

    def moved(self, sent: int, applied: int) -> None:
        """Update the bars."""
        self._progress.update(self._sent, completed=sent)
        self._progress.update(self._applied, completed=applied)


def tell(console: Terminal, figures: Figures, measured: Measured) -> None:
    """Print everything that was counted and measured, in a few lines and one table."""
    console.print()
    console.print(styled((measured.accounts(), "bold"), f"; {measured.ticks:,} further moments came by time alone"))
    console.print(
        f"{measured.rate:,.0f} events a second at full speed, front door to committed journey "
        f"({measured.replayed:,} events in {measured.seconds:.1f} s)"
    )
    for words, found in (("log to decision", measured.from_log), ("send to published, both hops", measured.from_send)):
        if found:
            console.print(_latency(words, found))
    if measured.restarts:
        often = "once" if measured.restarts == 1 else f"{measured.restarts} times"
        console.print(f"the worker was started again {often} on the way; the figures do not show it")
    table = untitled(show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for words, name in ROWS:
        table.add_row(words, _counts(figures[name]))
    console.print(table)


ROWS = (
    ("friction points", "frictions"),
    ("churn signals", "churn_signals"),
    ("bands at the end", "bands"),
    ("stages at the end", "stages"),
    ("loyalty at the end", "rungs"),
    ("decisions", "decisions"),
    ("no offer because", "reasons"),
    ("offers", "offers"),
    ("offers by family", "families"),
)


def _latency(words: str, found: Latency) -> str:
    return f"{words}: p50 {found.p50_ms:,.0f} ms, p99 {found.p99_ms:,.0f} ms ({found.count:,} records, last week at a steady pace)"


def _counts(counts: int | str | Mapping[str, int]) -> str:
    if not isinstance(counts, Mapping):
        return str(counts)
    told: Sequence[str] = [f"{name.replace('_', ' ')} {n:,}" for name, n in counts.items()]
    more = f", and {len(told) - MOST} more" if len(told) > MOST else ""
    return ", ".join(told[:MOST]) + more or "none"
