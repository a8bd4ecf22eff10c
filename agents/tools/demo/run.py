"""The replay of the demo's year. Each step waits until the ledger shows a fact; none waits for a fixed time.

1. Everything but the last week is sent as fast as possible. This step ends when the ledger says that all of it was applied.
2. The last week is sent at a steady pace, while a subscriber measures the latency.
3. When ingest has forwarded everything, every partition gets a control record that the history has ended.
4. The run is over when every partition has applied that record and its watermark (event time) is at the end. Also, no journey may have
   an earlier timer. All of this is in the ledger's own records, so it holds however often the worker was killed on the way.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event
from typing import Protocol

from agents.settings import Settings
from agents.tools.demo.findings import Figures, Findings
from agents.tools.demo.gathering import gathered
from agents.tools.demo.ledgerview import LedgerView
from agents.tools.demo.listening import Listener
from agents.tools.demo.measured import Measured
from agents.tools.demo.sending import Pacer, end_history, flood
from agents.tools.demo.sent import Sent, summed
from agents.tools.demo.worker import TendedWorker
from agents.tools.evaluating.history import History
from schemas.durations import DAY

PACED = 7 * DAY  # the last part of the history, sent at a steady pace
ENDS = ("applied", "late", "duplicate", "rejected")  # the possible outcomes of a touchpoint
LOOK_S = 0.25  # seconds between two looks at the ledger
PATIENCE_S = 180.0  # seconds without any progress; much longer than a killed worker needs until it is back


class StalledError(RuntimeError):
    """There was no progress for `PATIENCE_S` seconds, though the worker runs."""


class Onlooker(Protocol):
    """Gets told about the progress of a run: a terminal with bars, or nobody."""

    def said(self, words: str) -> None:
        """Show a line about something that happened."""

    def moved(self, sent: int, applied: int) -> None:
        """Show how many events were sent and applied by now."""


@dataclass(frozen=True)
class Ran:
    """The results of a run: what was found, what was sent, the figures and the measurements."""

    found: Findings
    sent: Sent
    figures: Figures
    measured: Measured


class Run:
    """A replay of one history through running servers and a worker. The worker is restarted if something kills it."""

    def __init__(self, settings: Settings, worker: TendedWorker, onlooker: Onlooker) -> None:
        self._settings, self._worker, self._onlooker = settings, worker, onlooker
        self._front, self._journey = LedgerView(settings, "ingest"), LedgerView(settings, "journey")
        self._sent, self._stop = 0, Event()

    def all_of(self, history: History, per_second: float) -> Ran:
        """Send the history, wait until all of it has taken effect, and return the counts. Raises StalledError."""
        early, late = history.split(history.until - PACED)
        with self._front, self._journey, ThreadPoolExecutor(2) as pool:
            try:
                seconds, counted = self._flood(pool, early)
                with Listener(self._settings) as listener:
                    began, pacer = time.time() * 1000, Pacer(self._settings, per_second, self._stop)
                    paced = self._await_sending(pool.submit(pacer.send, late, lambda n: self._set_sent(len(early) + n)))
                    self._until(lambda: self._count_applied() >= len(history), "applying the last week")
                    ended = time.time() * 1000
                self._until(lambda: self._front.behind(paced) == 0, "passing on the last week")
                self._await_quiet(history.until)
            finally:
                self._stop.set()
            measured = Measured(
                sent=len(history), became=self._count_outcomes(), ticks=self._journey.outcomes["tick"], seconds=seconds, replayed=counted,
                from_send=listener.from_send(pacer.left), from_log=listener.from_log(began, ended), restarts=self._worker.restarts,
            )  # fmt: skip
        self._onlooker.said("reading what was published")
        found, sent = gathered(self._settings), summed(history)
        return Ran(found, sent, found.figures(sent.customers), measured)

    def _flood(self, pool: ThreadPoolExecutor, early: History) -> tuple[float, int]:
        """Send all but the last week. Return how long it took and how many events were applied in that time.

        The time (seconds) runs from the first look that found something applied to the last event.
        """
        sending = pool.submit(flood, self._settings, early, self._set_sent, self._stop)
        first: list[tuple[float, int]] = []

        def done() -> bool:
            if sending.done():
                sending.result()
            applied = self._count_applied()
            if applied and not first:
                first.append((time.monotonic(), applied))
            return applied >= len(early)

        self._until(done, "replaying the year")
        return (time.monotonic() - first[0][0], len(early) - first[0][1]) if first else (0.0, 0)

    def _await_sending(self, sending: Future[dict[int, int]]) -> dict[int, int]:
        self._until(sending.done, "sending the last week")
        return sending.result()

    def _await_quiet(self, until: int) -> None:
        self._onlooker.said("the year is over: waiting until no journey waits for a moment in it")
        words = end_history(self._settings, until)
        self._until(lambda: self._journey.behind(words) == 0 and self._journey.waiting(until) == 0, "letting time pass to the end")

    def _until(self, true: Callable[[], bool], doing: str) -> None:
        """Look at the ledger until `true()` holds. Restart the worker if it has ended.

        Raises StalledError, with `doing` in its message, if there is no progress.
        """
        seen, give_up = (-1, -1), time.monotonic() + PATIENCE_S
        while True:
            self._worker.tend()
            self._front.catch_up()
            self._journey.catch_up()
            self._onlooker.moved(self._sent, self._count_applied())
            if true():
                return
            standing = (sum(self._front.positions.values()), sum(self._journey.positions.values()))
            if standing != seen:
                seen, give_up = standing, time.monotonic() + PATIENCE_S
            if time.monotonic() > give_up:
                raise StalledError(f"{doing}: the worker runs, but nothing has moved for {PATIENCE_S:.0f} s")
            self._stop.wait(LOOK_S)

    def _set_sent(self, events: int) -> None:
        self._sent = events

    def _count_applied(self) -> int:
        return sum(self._count_outcomes().values())

    def _count_outcomes(self) -> Mapping[str, int]:
        """Return the outcomes of the events so far. Rejections by ingest are added to those of the journey."""
        ends = self._journey.outcomes
        return {end: ends[end] + (self._front.outcomes["rejected"] if end == "rejected" else 0) for end in ENDS}
