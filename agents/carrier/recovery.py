"""Recovery is a bulk read: stock Faust's then finds nothing left to do."""

import asyncio
import logging
from collections.abc import Awaitable, Collection
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import perf_counter
from typing import TYPE_CHECKING, Any

from faust.tables.recovery import Recovery

from agents.carrier.changelog import Abandoned, Rows, read_changelog
from agents.carrier.exits import Refusal, die
from agents.carrier.membership import Assignment, Held
from agents.carrier.progress import position, read_logs
from agents.carrier.security import librdkafka

if TYPE_CHECKING:
    from agents.carrier.app import CarrierApp

log = logging.getLogger(__name__)


class Overtaken(RuntimeError):  # noqa: N818  # says what happened
    """The group's offset moved while we read: we were frozen, and another owns the partition by now. Starting again is the cure."""

    def __init__(self, number: int) -> None:
        super().__init__(f"another worker committed partition {number} while this one was reading it")


class Reader:
    """Reads partitions into the ledger, one read at a time, off the event loop."""

    def __init__(self, app: "CarrierApp") -> None:
        self._app = app
        self._thread = ThreadPoolExecutor(1, "reads")  # of its own: see Commits
        self._stops: set[Event] = set()

    def abandon(self) -> None:
        """The read under way ends soon, and counts for nothing."""
        for stop in self._stops:
            stop.set()

    async def read(self, assignment: Assignment, numbers: Collection[int]) -> None:
        """`numbers` are owned, if `assignment` is still the current one when they are read."""
        stop = Event()
        self._stops.add(stop)
        begun = perf_counter()
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(self._thread, self._held, sorted(numbers), stop)
        except Abandoned:
            return
        finally:
            self._stops.discard(stop)
        for number, held in found.items():
            self._app.ledger.install(assignment, number, held)
        seconds = perf_counter() - begun
        self._app.ledger.count.recovery_seconds += seconds
        log.info("read %d journeys of %d partitions in %.2f s", sum(len(h.states) for h in found.values()), len(found), seconds)

    def _held(self, numbers: list[int], stop: Event) -> dict[int, Held]:
        options, topic_id = self._app.options, self._app.topic_id
        before = {source.number: source.committed for source in read_logs(options, numbers, topic_id)}
        rows: dict[int, Rows] = read_changelog(librdkafka(options), options.changelog, numbers, stop, self._note)
        held = {}
        for source in read_logs(options, numbers, topic_id):
            found = rows[source.number]
            try:
                at = position(found.record, source, trusted=source.number in options.trust)
            except Refusal as refusal:
                if source.committed != before[source.number]:
                    raise Overtaken(source.number) from refusal
                raise
            held[source.number] = Held(found.states, at, topic_id, found.record.body if found.record else b"", found.rows)
        return held

    def _note(self, records: int) -> None:
        self._app.ledger.count.recovery_records += records


class LedgerRecovery(Recovery):
    """Stock recovery, with the reading replaced and its silent ends made loud."""

    app: "CarrierApp"

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
            await self.app.chunks.go_on(assignment, assignment.partitions)

    async def read_again(self, number: int) -> None:
        """One partition, whose states can no longer be believed, is read again and goes on; the others never stopped."""
        assignment = self.app.ledger.assignment
        if assignment is None or number not in assignment.partitions:
            return
        await self._read(assignment, {number})
        await self.app.chunks.go_on(assignment, {number})
