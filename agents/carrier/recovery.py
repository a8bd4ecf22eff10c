"""Recovery is a bulk read by our `Reader`; Faust's own recovery then finds nothing left to do."""

import asyncio
from collections.abc import Awaitable, Collection
from typing import Any

from faust.tables.recovery import Recovery

from agents.carrier.app import CarrierApp
from agents.carrier.chunks import chunks_of
from agents.carrier.exits import Refusal, die
from agents.carrier.membership import Assignment


class LedgerRecovery(Recovery):
    """Stock recovery, with the reading replaced and its silent ends made loud."""

    app: CarrierApp

    async def _wait(self, coro: Any, timeout: Any = None) -> None:
        """mode reports a timeout as "stopped": recovery would end without a word, a member for ever and never ready."""
        if isinstance(coro, Awaitable):
            reading = getattr(coro, "__name__", "") == "_build_offsets"
            coro = self._within(coro, None if reading else timeout)
        await super()._wait(coro)

    async def _within(self, coro: Awaitable[Any], seconds: float | None) -> Any:
        try:
            async with asyncio.timeout(seconds):
                return await coro
        except TimeoutError:
            die(f"recovery waited {seconds} s for the broker")

    async def _build_offsets(self, consumer: Any, tps: Any, destination: Any, title: str) -> None:
        """The changelog is read by us; Faust is told that it has read it."""
        if title != "active":
            await super()._build_offsets(consumer, tps, destination, title)
            return
        for tp in tps:
            destination[tp] = self.active_highwaters.get(tp, -1)
        ledger, assignment = self.app.ledger, self.app.ledger.assignment
        if assignment is not None and (missing := assignment.partitions - ledger.owned.keys()):
            await self._read(assignment, missing)

    async def _read(self, assignment: Assignment, numbers: Collection[int]) -> None:
        try:
            await self.app.commits.settled()
            await self.app.recovery.read(assignment, numbers)
        except Refusal as refusal:
            die(refusal)
        except Exception as error:
            die(f"recovery failed: {error!r}")

    async def on_recovery_completed(self, generation_id: int = 0) -> None:
        """Stock code resumes the flow here; then our own seek opens the gates."""
        assignment = self.app.ledger.assignment
        await super().on_recovery_completed(generation_id)
        if assignment is not None and assignment is self.app.ledger.assignment:
            await chunks_of(self.app).go_on(assignment, assignment.partitions)

    async def read_again(self, number: int) -> None:
        """One partition, whose states can no longer be believed, is read again and goes on; the others never stopped."""
        assignment = self.app.ledger.assignment
        if assignment is None or number not in assignment.partitions:
            return
        await self._read(assignment, {number})
        await chunks_of(self.app).go_on(assignment, {number})
