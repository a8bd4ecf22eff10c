"""Reads partitions from the changelog into the ledger: one bulk read at a time, in its own thread."""

import asyncio
import logging
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import perf_counter

from agents.carrier.changelog import Abandoned, Rows, read_changelog
from agents.carrier.exits import Refusal
from agents.carrier.ledger import AnyLedger
from agents.carrier.membership import Assignment, Held
from agents.carrier.options import CarrierOptions
from agents.carrier.progress import position, read_logs
from agents.carrier.security import librdkafka

log = logging.getLogger(__name__)


class Overtaken(RuntimeError):  # noqa: N818  # says what happened
    """The group's offset moved while we read. This worker was frozen, and another owns the partition now. A restart cures it."""

    def __init__(self, number: int) -> None:
        super().__init__(f"another worker committed partition {number} while this one was reading it")


class Reader:
    """Reads partitions into the ledger, one read at a time, outside the event loop."""

    def __init__(self, options: CarrierOptions, ledger: AnyLedger, topic_id: str) -> None:
        self._options, self._ledger, self._topic_id = options, ledger, topic_id
        self._thread = ThreadPoolExecutor(1, "reads")  # its own thread: see Commits
        self._stops: set[Event] = set()

    def abandon(self) -> None:
        """Tell the read under way to end. Its result is not used."""
        for stop in self._stops:
            stop.set()

    async def read(self, assignment: Assignment, numbers: Collection[int]) -> None:
        """Read these partitions and install them in the ledger, if `assignment` is still the current one then.

        Raises Refusal if state and progress disagree, and Overtaken if another worker committed meanwhile.
        """
        stop = Event()
        self._stops.add(stop)
        begun = perf_counter()
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(self._thread, self._read_partitions, sorted(numbers), stop)
        except Abandoned:
            return
        finally:
            self._stops.discard(stop)
        for number, held in found.items():
            self._ledger.install(assignment, number, held)
        seconds = perf_counter() - begun
        self._ledger.count.recovery_seconds += seconds
        log.info("read %d journeys of %d partitions in %.2f s", sum(len(h.states) for h in found.values()), len(found), seconds)

    def _read_partitions(self, numbers: list[int], stop: Event) -> dict[int, Held]:
        options, topic_id = self._options, self._topic_id
        before = {source.number: source.committed for source in read_logs(options, numbers, topic_id)}
        rows: dict[int, Rows] = read_changelog(librdkafka(options), options.changelog, numbers, stop, self._note)
        held = {}
        for source in read_logs(options, numbers, topic_id):
            found = rows[source.number]
            try:
                at = position(found.record, source)
            except Refusal as refusal:
                if source.committed != before[source.number]:
                    raise Overtaken(source.number) from refusal
                raise
            held[source.number] = Held(found.states, at, topic_id, found.record.body if found.record else b"", found.rows)
        return held

    def _note(self, records: int) -> None:
        self._ledger.count.recovery_records += records
