"""Faust's consumer, changed so that it delivers chunks and commits transactions. Conductor, stream and agent are Faust's own."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from time import monotonic
from typing import Any, ClassVar, cast

import faust
from faust.events import Event
from faust.transport.consumer import Consumer as StockConsumer
from faust.transport.drivers.aiokafka import Consumer, Transport
from faust.types import TP, ConsumerMessage
from mode import Service

from agents.carrier.app import CarrierApp
from agents.carrier.blocked import look
from agents.carrier.chunk import MAX_CHUNK, Chunk
from agents.carrier.exits import die
from agents.carrier.failpoints import Failpoint
from agents.carrier.fetching import ChunkThread, Fetched, way_past
from agents.carrier.membership import Assignment


class ChunkSchema(faust.Schema[Any, Any]):
    """Makes events whose value is the chunk itself. The framework decodes nothing. (`Topic(schema=...)` is a public parameter.)"""

    def compile(self, app: Any, **_ignored: Any) -> Callable[..., Any]:
        async def decode(message: Any, *, propagate: bool = False) -> Event:
            return Event(app, None, message.value, None, message)

        return decode


class Unremembered(dict[TP, None]):
    """Faust's table of read offsets, always empty. Faust does not know of our seeks, and would drop records before a read offset."""

    def __missing__(self, tp: TP) -> None:
        return None

    def __setitem__(self, tp: TP, offset: None) -> None:
        """Do nothing."""

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Do nothing."""


class ChunkConsumer(Consumer):
    """Yields one message per chunk. Every commit is a transaction of the ledger. Only our code seeks."""

    app: CarrierApp
    _thread: ChunkThread
    RebalanceListener: ClassVar[Any] = Consumer.RebalanceListener

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._read_offset = cast(Any, Unremembered())
        self._failpoint = Failpoint(self.app.options.failpoint)

    def _new_consumer_thread(self) -> ChunkThread:
        return ChunkThread(self, loop=self.loop, beacon=self.beacon)

    @property
    def thread(self) -> ChunkThread:  # the watchdog reads its lags, and leaving stops it
        return self._thread

    # -- records in

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, Any]]:
        """Yield what was fetched, as chunks. The ledger ignores chunks of an older seek: it knows the newest one."""
        fetched, active = await self._wait_next_records(timeout)
        generation = self.app.consumer_generation_id
        if not isinstance(fetched, Fetched) or self.should_stop:
            return
        for tp, records in fetched.items():
            if tp.topic != self.app.options.source:
                continue
            for chunk in self._chunks(tp, records, *fetched.links[tp]):
                if not self.flow_active or self.app.consumer_generation_id != generation:
                    return
                if active is not None and tp not in active and tp not in self._buffered_partitions:
                    break
                yield tp, self._message(tp, chunk, generation)

    def _chunks(self, tp: TP, records: list[Any], start: int, epoch: int) -> Iterable[Chunk]:
        for first in range(0, len(records), MAX_CHUNK):
            part = records[first : first + MAX_CHUNK]
            if not self._failpoint.loses_chunk():
                yield Chunk(tp.partition, epoch, start, part)
            start = part[-1].offset + 1

    def _message(self, tp: TP, chunk: Chunk, generation: int) -> ConsumerMessage:
        last = chunk.records[-1]
        value = cast(Any, chunk)
        at = (last.timestamp or 0) / 1000.0
        return ConsumerMessage(tp.topic, tp.partition, last.offset, at, 0, None, None, value, None, 0, 0, tp, generation_id=generation)

    # -- commits out

    async def commit(self, topics: Any = None, start_new_transaction: bool = True) -> bool:  # noqa: ARG002  # Faust's signature
        """Commit what the ledger has applied. Return False if nothing was due.

        Faust's acknowledgements are not used. Faust gives them too late (126 events were doubled) or forgets them in a rebalance.
        It never gives one for a chunk that it skipped.
        """
        self._acked = defaultdict(list)
        self._acked_index = defaultdict(set)
        self._unacked_messages.clear()
        return await self.app.commits.commit()

    async def wait_empty(self) -> None:
        """Accept no more chunks and commit. There is nothing to wait for: a chunk is applied in one step and is never half done."""
        self.app.ledger.close_gates()
        await self.commit()

    @Service.task
    async def _commit_handler(self) -> None:
        """Commit whenever a commit is due, in place of Faust's timer. Also updates the ledger's lag."""
        while not self.should_stop:
            await self.app.commits.wait_until_due()
            ledger = self.app.ledger
            if ledger.assignment is not None:
                ledger.lag = self._thread.lags({number: partition.position for number, partition in ledger.owned.items()})
                ledger.blocked = look(self._thread.ends(), ledger.blocked, monotonic())
            damaged = next((partition.damaged for partition in ledger.owned.values() if partition.damaged), None)
            await self.commit()
            if damaged is not None:  # all before it is committed now, so the next start begins at it
                die(way_past(damaged, self.app.options.role))

    @Service.task
    async def _commit_livelock_detector(self) -> None:
        """Do nothing. Faust's detector reads acknowledgements, which we do not use; our watchdog reads positions."""

    # -- rebalances

    async def perform_seek(self) -> None:
        """Do nothing: only `go_on` moves a position.

        Faust seeks whenever it polls while stopped, and clears queues in between. That lost 13 to 58 records.
        """

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Commit what was applied while the generation is still valid. After that the ledger has no generation."""
        try:
            self.app.ledger.close_gates()
            if self.app.ledger.assignment is not None:
                self._refuse_hopeless_wait(self.app.ledger.assignment)
                async with asyncio.timeout(self.app.options.rebalance_timeout / 2):
                    await self.commit()
            self.app.recovery.abandon()
            self.app.ledger.revoke()
            self._thread.allow_reset()
            await super().on_partitions_revoked(revoked)
        except Exception as error:  # aiokafka would only log it and continue
            die(f"giving partitions back failed: {error!r}")

    def _refuse_hopeless_wait(self, assignment: Assignment) -> None:
        """End the process if a commit is under way and the group has forgotten its member: the broker will refuse it in ten seconds."""
        if self.app.ledger.committing_since is not None and self._member_id() != assignment.member:
            die("the group has forgotten this member while a commit was under way")

    def _member_id(self) -> str:
        return str(self._thread._ensure_consumer()._coordinator.member_id)

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        """Store the group membership in the ledger, before anything else can change it."""
        try:
            source = self.app.options.source
            numbers = frozenset(tp.partition for tp in assigned if tp.topic == source)
            self.app.ledger.assign(Assignment(generation_id, self._member_id(), numbers))
            await super().on_partitions_assigned(assigned, generation_id)
        except Exception as error:
            die(f"taking partitions over failed: {error!r}")

    async def go_on(self, assignment: Assignment, numbers: Iterable[int]) -> None:
        """Seek each partition to the position of its state, then let the ledger accept records fetched after this seek.

        Does nothing if `assignment` is no longer the current one.
        """
        ledger, source = self.app.ledger, self.app.options.source
        positions = {TP(source, number): ledger.owned[number].position for number in numbers if number in ledger.owned}
        if ledger.assignment is assignment:
            epochs: Mapping[int, int] = await self._thread.call_thread(self._thread.seek_to, positions)
            ledger.open_gates(assignment, epochs)


class ChunkTransport(Transport):
    """Faust's transport with our consumer."""

    Consumer: ClassVar[type[StockConsumer]] = ChunkConsumer


def chunks_of(app: CarrierApp) -> ChunkConsumer:
    """Return the app's consumer, typed as ours. Raises TypeError if Faust made another."""
    consumer = app.consumer
    if not isinstance(consumer, ChunkConsumer):
        raise TypeError(f"{consumer!r} is not ours")
    return consumer
