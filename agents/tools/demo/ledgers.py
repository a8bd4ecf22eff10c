"""Waits for facts in the ledgers of ingest and journey, and tends the worker meanwhile. Nothing here waits for a fixed time."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from threading import Event
from types import TracebackType
from typing import Protocol

from agents.settings import Settings
from agents.tools.demo.ledgerview import LedgerView
from agents.tools.demo.sending import end_history
from agents.tools.demo.worker import TendedWorker

ENDS = ("applied", "late", "duplicate", "rejected")  # the possible outcomes of a touchpoint
PATIENCE_S = 180.0  # seconds without any progress; much longer than a killed worker needs until it is back


class StalledError(RuntimeError):
    """There was no progress for `PATIENCE_S` seconds, though the worker runs."""


class Onlooker(Protocol):
    """Gets told about the progress of a run: a terminal with bars, or nobody."""

    def said(self, words: str) -> None:
        """Show a line about something that happened."""

    def moved(self, sent: int, applied: int) -> None:
        """Show how many events were sent and applied by now."""


class Ledgers:
    """Context manager: the ledgers as of the last look. `sent` is what the onlooker is told beside it; `look_s` is between two looks."""

    def __init__(self, settings: Settings, worker: TendedWorker, onlooker: Onlooker, look_s: float = 0.25) -> None:
        self._settings, self._worker, self._onlooker, self._look_s = settings, worker, onlooker, look_s
        self.front, self.journey = LedgerView(settings, "ingest"), LedgerView(settings, "journey")
        self.sent, self.applied, self.stop = 0, 0, Event()
        self._left = ExitStack()

    def __enter__(self) -> Ledgers:
        self._left.enter_context(self.front)
        self._left.enter_context(self.journey)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop.set()
        self._left.close()

    def note_sent(self, events: int) -> None:
        """Take how many events were sent by now."""
        self.sent = events

    def outcomes(self) -> Mapping[str, int]:
        """Return the outcomes of the events so far. Rejections by ingest are added to those of the journey."""
        ends = self.journey.outcomes
        return {end: ends[end] + (self.front.outcomes["rejected"] if end == "rejected" else 0) for end in ENDS}

    def until(self, true: Callable[[], bool], doing: str) -> None:
        """Look at the ledgers until `true()` holds. Restart the worker if it has ended.

        Raises StalledError, with `doing` in its message, if there is no progress.
        """
        seen, give_up = (-1, -1), time.monotonic() + PATIENCE_S
        while True:
            self._worker.tend()
            self.front.catch_up()
            self.journey.catch_up()
            self.applied = sum(self.outcomes().values())
            self._onlooker.moved(self.sent, self.applied)
            if true():
                return
            standing = (sum(self.front.positions.values()), sum(self.journey.positions.values()))
            if standing != seen:
                seen, give_up = standing, time.monotonic() + PATIENCE_S
            if time.monotonic() > give_up:
                raise StalledError(f"{doing}: the worker runs, but nothing has moved for {PATIENCE_S:.0f} s")
            self.stop.wait(self._look_s)

    def end_time(self, until: int) -> None:
        """Let time pass to `until` (ms UTC), and wait until no journey has an earlier timer."""
        words = end_history(self._settings, until)
        self.until(lambda: self.journey.behind(words) == 0 and self.journey.waiting(until) == 0, "letting time pass to the end")
