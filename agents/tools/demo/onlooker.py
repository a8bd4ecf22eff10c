"""Who looks on while a demo runs: bars that move, and lines above them."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.progress import Progress

from agents.tools.reports.terminal import styled


class Onlooker:
    """Shows a progress while it is entered. Its bars are gone afterwards."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._progress.stop()

    def said(self, words: str) -> None:
        """Print a line above the bars."""
        self._progress.console.print(styled(("·", "dim"), f" {words}"))
