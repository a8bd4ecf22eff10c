"""The scheduling of commits: one at a time, only when something is due, and never cancelled halfway."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Protocol

from agents.carrier.ledger import AnyLedger
from agents.carrier.transaction import Snapshot

LEAST = 0.2  # share of the interval between two commits at least, if no output waits: the event loop needs time to apply records
REST = 1.0  # times the cost of a commit that pass from its end to the next one, if an output waits
GATHER = 0.002  # seconds that the first output waits for others: what was fetched together is committed together
BEHIND = 20_000  # records; with a larger lag commits come less often and carry more


class Writer(Protocol):
    """Makes a snapshot durable: Kafka's transactions, or a list in a test."""

    def write(self, snapshot: Snapshot) -> None: ...


class Commits:
    """Schedules and makes the commits of one ledger."""

    def __init__(self, ledger: AnyLedger, writer: Writer, clock: Callable[[], float] = monotonic) -> None:
        self._ledger = ledger
        self._writer = writer
        self._clock = clock  # seconds that never decrease
        self._lock = asyncio.Lock()
        self._news = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, "commits")  # its own thread: a commit must not wait for the reading of a changelog
        self._looked = self._ended = 0.0  # by the clock: when the last wait ended, when the last commit did
        self._costs = (0.0, 0.0)  # seconds that the last two commits took
        self._oldest: float | None = None  # by the clock: since when an output waits
        self._forced = False
        ledger.on_due, ledger.on_output = self._force, self._note_output

    def _force(self) -> None:
        self._forced = True
        self._news.set()

    def _note_output(self) -> None:
        if self._oldest is None:
            self._oldest = self._clock()
            self._news.set()

    async def wait_until_due(self) -> None:
        """Wait until a commit is due, see `due_at`; or until the ledger says that enough has changed."""
        while not self._forced and (left := self.due_at() - self._clock()) > 0:
            try:
                async with asyncio.timeout(left):
                    await self._news.wait()
            except TimeoutError:
                break
            self._news.clear()
        self._news.clear()
        self._forced, self._looked = False, self._clock()

    def due_at(self) -> float:
        """Return when the next commit is due (monotonic seconds).

        An output is committed as soon as the broker has rested from the last commit, for as long as that took: commits are frequent
        while they are cheap. The rest grows with the lag. States without outputs wait for the interval, which is also the longest
        time for outputs. It is counted from the last wait, so a commit as long as the interval does not double it.
        """
        options, lag = self._ledger.options, sum(self._ledger.lag.values())
        interval = options.commit_interval_behind if lag > BEHIND else options.commit_interval
        usual = max(self._looked + interval, self._ended + interval * LEAST)
        if self._oldest is None:
            return usual
        rest = max(REST * min(self._costs), options.commit_interval_behind * lag / BEHIND)
        return min(usual, max(self._oldest + GATHER, self._ended + rest))

    async def commit(self) -> bool:
        """Commit all that is applied now, and return when it is committed. Return False if nothing was due.

        The commit is shielded: if the caller is cancelled, the commit and its accounting still run to their end.
        """
        return await asyncio.shield(asyncio.ensure_future(self._commit()))

    async def _commit(self) -> bool:
        async with self._lock:
            try:
                begun = self._clock()
                snapshot = self._ledger.snapshot()
                self._oldest = None
                if snapshot is None:
                    return False
                self._ledger.committing_since = begun
                await asyncio.get_running_loop().run_in_executor(self._thread, self._writer.write, snapshot)
                self._ledger.committing_since = None
                self._ended = self._clock()
                self._costs = (self._costs[1], self._ended - begun)
                self._ledger.confirm(snapshot, self._ended - begun)
            except Exception as error:
                self._ledger.fail(f"a commit failed: {error!r}")
            return True

    async def settled(self) -> None:
        """Wait until no commit is under way."""
        async with self._lock:
            return
