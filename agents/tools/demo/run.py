"""One demo from first to last: servers, topics, worker, replay, quiet, figures. Each step waits for a fact, none for a time.

1. Everything but the last week is sent as fast as it goes, and is over when the ledger says that all of it was applied.
2. The last week is sent at a steady pace, while a subscriber looks at the clock.
3. When ingest has passed everything on, every partition is told that the history is over.
4. It is quiet when every partition has applied that word, its event time stands at the end, and no journey waits for an earlier
   moment. All of it stands in the ledger's own records, so it holds however often the worker was killed on the way.
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

PACED = 7 * DAY  # the last stretch, sent at a steady pace
ENDS = ("applied", "late", "duplicate", "rejected")  # how a touchpoint can end
LOOK_S = 0.25  # between two looks at the ledger
PATIENCE_S = 180.0  # without any progress: longer than a killed worker needs to be back by far


class StalledError(RuntimeError):
    """Nothing has moved for a long time though the worker runs."""


class Onlooker(Protocol):
    """Whoever watches a run: a terminal with bars, or nobody."""

    def said(self, words: str) -> None:
        """Something worth a line happened."""

    def moved(self, sent: int, applied: int) -> None:
        """So many events were sent and applied by now."""


@dataclass(frozen=True)
class Ran:
    """What a run brought: everything that was found, what was sent, the figures and the measurements."""

    found: Findings
    sent: Sent
    figures: Figures
    measured: Measured


class Run:
    """A replay of one history against running servers and a worker that is tended."""

    def __init__(self, settings: Settings, worker: TendedWorker, onlooker: Onlooker) -> None:
        self._settings, self._worker, self._onlooker = settings, worker, onlooker
        self._front, self._journey = LedgerView(settings, "ingest"), LedgerView(settings, "journey")
        self._sent, self._stop = 0, Event()

    def all_of(self, history: History, per_second: float) -> Ran:
        """Send it, wait until it is quiet, and count."""
        early, late = history.split(history.until - PACED)
        with self._front, self._journey, ThreadPoolExecutor(2) as pool:
            try:
                seconds, counted = self._flood(pool, early)
                with Listener(self._settings) as listener:
                    began, pacer = time.time() * 1000, Pacer(self._settings, per_second, self._stop)
                    paced = self._during(pool.submit(pacer.send, late, lambda n: self._set_sent(len(early) + n)))
                    self._until(lambda: self._applied() >= len(history), "applying the last week")
                    ended = time.time() * 1000
                self._until(lambda: self._front.behind(paced) == 0, "passing on the last week")
                self._quiet(history.until)
            finally:
                self._stop.set()
            measured = Measured(
                sent=len(history), became=self._became(), ticks=self._journey.outcomes["tick"], seconds=seconds, replayed=counted,
                from_send=listener.from_send(pacer.left), from_log=listener.from_log(began, ended), restarts=self._worker.restarts,
            )  # fmt: skip
        self._onlooker.said("reading what was published")
        found, sent = gathered(self._settings), summed(history)
        return Ran(found, sent, found.figures(sent.customers), measured)

    def _flood(self, pool: ThreadPoolExecutor, early: History) -> tuple[float, int]:
        """Seconds from the first look that found something applied to the last event, and how many events that took."""
        sending = pool.submit(flood, self._settings, early, self._set_sent, self._stop)
        first: list[tuple[float, int]] = []

        def done() -> bool:
            if sending.done():
                sending.result()
            applied = self._applied()
            if applied and not first:
                first.append((time.monotonic(), applied))
            return applied >= len(early)

        self._until(done, "replaying the year")
        return (time.monotonic() - first[0][0], len(early) - first[0][1]) if first else (0.0, 0)

    def _during(self, sending: Future[dict[int, int]]) -> dict[int, int]:
        self._until(sending.done, "sending the last week")
        return sending.result()

    def _quiet(self, until: int) -> None:
        self._onlooker.said("the year is over: waiting until no journey waits for a moment in it")
        words = end_history(self._settings, until)
        self._until(lambda: self._journey.behind(words) == 0 and self._journey.waiting(until) == 0, "letting time pass to the end")

    def _until(self, true: Callable[[], bool], doing: str) -> None:
        """Look at the ledger until it is so; the worker is started again where it must be."""
        seen, give_up = (-1, -1), time.monotonic() + PATIENCE_S
        while True:
            self._worker.tend()
            self._front.catch_up()
            self._journey.catch_up()
            self._onlooker.moved(self._sent, self._applied())
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

    def _applied(self) -> int:
        return sum(self._became().values())

    def _became(self) -> Mapping[str, int]:
        """What became of what was sent: rejected at the front door, or one of the journey's ends."""
        ends = self._journey.outcomes
        return {end: ends[end] + (self._front.outcomes["rejected"] if end == "rejected" else 0) for end in ENDS}
