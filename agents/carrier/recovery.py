"""Recovery: our `Reader` reads the changelog in bulk. Faust's own recovery then finds nothing left to read."""

import asyncio
from collections.abc import Awaitable, Collection
from typing import Any

from faust.tables.recovery import Recovery

from agents.carrier.app import CarrierApp
from agents.carrier.chunks import chunks_of
from agents.carrier.exits import Refusal, die
from agents.carrier.membership import Assignment


class LedgerRecovery(Recovery):
    """Faust's recovery with our reading. Where Faust's would end without an error, this one ends the process."""

    app: CarrierApp

    async def _wait(self, coro: Any, timeout: Any = None) -> None:
        """Wait, and end the process on a timeout.

        mode (Faust's service library) reports a timeout as "stopped". Recovery would then end without an error: the worker would
        stay a member of the group and never be ready.
        """
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
        """Read the changelog with our reader, and tell Faust that it has read everything."""
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
        """Let Faust resume its flow, then seek, so that the ledger accepts records."""
        assignment = self.app.ledger.assignment
        await super().on_recovery_completed(generation_id)
        if assignment is not None and assignment is self.app.ledger.assignment:
            await chunks_of(self.app).go_on(assignment, assignment.partitions)

    async def read_again(self, number: int) -> None:
        """Read one partition again, because its states may be wrong, and go on with it. The other partitions do not stop."""
        assignment = self.app.ledger.assignment
        if assignment is None or number not in assignment.partitions:
            return
        await self._read(assignment, {number})
        await chunks_of(self.app).go_on(assignment, {number})
