"""When a commit is made: one at a time, when something is due, and never half."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Protocol

from agents.carrier.ledger import AnyLedger
from agents.carrier.transaction import Snapshot

LEAST = 0.2  # of the interval that passes between two commits at least: the loop must get to apply something
BEHIND = 20_000  # records not yet applied: commits may wait longer and carry more


class Writer(Protocol):
    """Whatever makes a snapshot durable: Kafka's transactions, or a test's list."""

    def write(self, snapshot: Snapshot) -> None: ...


class Commits:
    """The rhythm of commits of one ledger."""

    def __init__(self, ledger: AnyLedger, writer: Writer) -> None:
        self._ledger = ledger
        self._writer = writer
        self._lock = asyncio.Lock()
        self._due = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, "commits")  # of its own: a commit never waits for a changelog to be read
        self._began = 0.0  # monotonic: when the last commit began
        ledger.on_due = self._due.set

    async def wait_until_due(self) -> None:
        """The interval has passed since the last commit *began*, or the ledger says that enough has changed.

        Counted from its end, a commit that takes as long as the interval would double the latency of an offer.
        """
        options = self._ledger.options
        behind = sum(self._ledger.lag.values()) > BEHIND
        interval = options.commit_interval_behind if behind else options.commit_interval
        try:
            async with asyncio.timeout(max(interval * LEAST, interval - (monotonic() - self._began))):
                await self._due.wait()
        except TimeoutError:
            pass  # the interval has passed
        self._due.clear()

    async def commit(self) -> bool:
        """All that is applied now is committed when this returns; False when nothing was due.

        Shielded: whoever waits may be cancelled, the commit and its accounting go on to their end.
        """
        return await asyncio.shield(asyncio.ensure_future(self._commit()))

    async def _commit(self) -> bool:
        async with self._lock:
            try:
                snapshot = self._ledger.snapshot()
                if snapshot is None:
                    return False
                self._ledger.committing_since = self._began = begun = monotonic()
                await asyncio.get_running_loop().run_in_executor(self._thread, self._writer.write, snapshot)
                self._ledger.committing_since = None
                self._ledger.confirm(snapshot, monotonic() - begun)
            except Exception as error:
                self._ledger.fail(f"a commit failed: {error!r}")
            return True

    async def settled(self) -> None:
        """No commit is under way in this tick."""
        async with self._lock:
            return
