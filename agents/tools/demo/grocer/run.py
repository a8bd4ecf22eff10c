"""The replay of the demo's year. Each step waits until the ledger shows a fact; none waits for a fixed time.

1. Everything but the last week is sent as fast as possible. This step ends when the ledger says that all of it was applied.
2. The last week is sent at a steady pace, while a subscriber measures the latency.
3. When ingest has forwarded everything, every partition gets a control record that the history has ended.
4. The run is over when every partition has applied that record and its watermark (event time) is at the end. Also, no journey may have
   an earlier timer. All of this is in the ledger's own records, so it holds however often the worker was killed on the way.
"""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from agents.settings import Settings
from agents.tools.demo.findings import Figures, Findings
from agents.tools.demo.gathering import gathered
from agents.tools.demo.grocer.listening import Listener
from agents.tools.demo.grocer.sent import Sent, summed
from agents.tools.demo.ledgers import Ledgers, Onlooker
from agents.tools.demo.measured import Measured
from agents.tools.demo.sending import Pacer, flood
from agents.tools.demo.worker import TendedWorker
from agents.tools.evaluating.history import History
from schemas.durations import DAY

PACED = 7 * DAY  # the last part of the history, sent at a steady pace


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
        self._ledgers = Ledgers(settings, worker, onlooker)

    def all_of(self, history: History, per_second: float) -> Ran:
        """Send the history, wait until all of it has taken effect, and return the counts. Raises StalledError."""
        early, late = history.split(history.until - PACED)
        ledgers = self._ledgers
        with ThreadPoolExecutor(2) as pool, ledgers:
            seconds, counted = self._flood(pool, early)
            with Listener(self._settings) as listener:
                began, pacer = time.time() * 1000, Pacer(self._settings, per_second, ledgers.stop)
                paced = self._await_sending(pool.submit(pacer.send, late, lambda n: ledgers.note_sent(len(early) + n)))
                ledgers.until(lambda: ledgers.applied >= len(history), "applying the last week")
                ended = time.time() * 1000
            ledgers.until(lambda: ledgers.front.behind(paced) == 0, "passing on the last week")
            self._onlooker.said("the year is over: waiting until no journey waits for a moment in it")
            ledgers.end_time(history.until)
            measured = Measured(
                sent=len(history), became=ledgers.outcomes(), ticks=ledgers.journey.outcomes["tick"], seconds=seconds, replayed=counted,
                from_send=listener.from_send(pacer.left), from_log=listener.from_log(began, ended), restarts=self._worker.restarts,
            )  # fmt: skip
        self._onlooker.said("reading what was published")
        found, sent = gathered(self._settings), summed(history)
        return Ran(found, sent, found.figures(sent.customers), measured)

    def _flood(self, pool: ThreadPoolExecutor, early: History) -> tuple[float, int]:
        """Send all but the last week. Return how long it took and how many events were applied in that time.

        The time (seconds) runs from the first look that found something applied to the last event.
        """
        ledgers = self._ledgers
        sending = pool.submit(flood, self._settings, early, ledgers.note_sent, ledgers.stop)
        first: list[tuple[float, int]] = []

        def done() -> bool:
            if sending.done():
                sending.result()
            if ledgers.applied and not first:
                first.append((time.monotonic(), ledgers.applied))
            return ledgers.applied >= len(early)

        ledgers.until(done, "replaying the year")
        return (time.monotonic() - first[0][0], len(early) - first[0][1]) if first else (0.0, 0)

    def _await_sending(self, sending: Future[dict[int, int]]) -> dict[int, int]:
        self._ledgers.until(sending.done, "sending the last week")
        return sending.result()
