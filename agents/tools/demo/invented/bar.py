"""A bar while the days of the invented company pass."""

from __future__ import annotations

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from agents.tools.demo.onlooker import Onlooker
from agents.tools.reports.terminal import Terminal


class DayBar(Onlooker):
    """An onlooker with one bar: days of the company, and the events sent and applied by now."""

    def __init__(self, console: Terminal, days: int) -> None:
        words = TextColumn(
            "day {task.completed} of {task.total}: {task.fields[sent]:,} events sent, {task.fields[applied]:,} in the journeys"
        )
        super().__init__(Progress(BarColumn(20), words, TimeElapsedColumn(), console=console, transient=True))
        self._task = self._progress.add_task("", total=days, sent=0, applied=0)

    def began(self, day: int) -> None:
        """Take the day that begins, from 0."""
        self._progress.update(self._task, completed=day)

    def moved(self, sent: int, applied: int) -> None:
        """Update the counts."""
        self._progress.update(self._task, sent=max(sent, applied), applied=applied)
