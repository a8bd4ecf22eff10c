"""The scheduling of commits: one at a time, only when something is due, and never cancelled halfway."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Protocol

from agents.carrier.ledger import AnyLedger
from agents.carrier.transaction import Snapshot

LEAST = 0.2  # share of the interval that a wait takes at least: the event loop needs time to apply records
BEHIND = 20_000  # records; with a larger lag commits come less often and carry more


class Writer(Protocol):
    """Makes a snapshot durable: Kafka's transactions, or a list in a test."""

    def write(self, snapshot: Snapshot) -> None: ...


class Commits:
    """Schedules and makes the commits of one ledger."""

    def __init__(self, ledger: AnyLedger, writer: Writer) -> None:
        self._ledger = ledger
        self._writer = writer
        self._lock = asyncio.Lock()
        self._due = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, "commits")  # its own thread: a commit must not wait for the reading of a changelog
        self._began = 0.0  # monotonic: when the last commit began
        ledger.on_due = self._due.set

    async def wait_until_due(self) -> None:
        """Wait until the interval has passed since the last commit *began*, or the ledger says that enough has changed.

        The interval is not counted from the end of a commit. A commit as long as the interval would then double an offer's latency.
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
        """Commit all that is applied now, and return when it is committed. Return False if nothing was due.

        The commit is shielded: if the caller is cancelled, the commit and its accounting still run to their end.
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
        """Wait until no commit is under way."""
        async with self._lock:
            return
