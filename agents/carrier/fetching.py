"""The consumer's thread. It fetches records, and says at which offset each fetch began and after which seek."""

from collections.abc import Iterator, Mapping
from typing import Any

import aiokafka  # type: ignore[import-untyped]  # ships no types, and there are no stubs
from aiokafka.consumer import fetcher  # type: ignore[import-untyped]
from aiokafka.consumer.fetcher import READ_COMMITTED, OffsetResetStrategy  # type: ignore[import-untyped]
from aiokafka.errors import ConsumerStoppedError  # type: ignore[import-untyped]
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread
from faust.types import TP

from agents.carrier.exits import die
from agents.carrier.options import Role
from agents.carrier.record import DAMAGED, FetchedRecord, Unreadable
from agents.carrier.salvage import KeptRecords, salvage


class UnfetchableError(RuntimeError):
    """The log is damaged at a place, and only a person may pass it by. The text names the place."""

    def __init__(self, damaged: Unreadable) -> None:
        self.damaged = damaged
        super().__init__(f"{damaged.topic} partition {damaged.partition} at offset {damaged.first} cannot be read: {damaged.error}")


def way_past(damaged: Unreadable, role: Role) -> str:
    """Return what is damaged, where, and the command that passes it by.

    >>> way_past(Unreadable("interactions.v1", 3, 40, 0, None, b"", (), 41, DAMAGED, "its checksum is wrong"), "ingest").split("`")[1]
    'sojourn topics skip interactions.v1 3 41 --job ingest --yes'
    """
    command = f"sojourn topics skip {damaged.topic} {damaged.partition} {damaged.first} --job {role} --yes"
    fix = f"restore the broker's storage; or stop the workers and run `{command}`: it goes on without those records"
    return f"{UnfetchableError(damaged)}. To fix it: {fix}"


class LeanRecords(fetcher.PartitionRecords):  # type: ignore[misc]  # aiokafka ships no types
    """aiokafka's iterator over fetched records. It makes our `FetchedRecord`s, which cost less, and ends on no record of a sender."""

    def _consumer_record(self, tp: TP, record: Any) -> FetchedRecord:
        return FetchedRecord(tp.topic, tp.partition, record.offset, record.timestamp, record.key, record.value, tuple(record.headers))

    def _unpack_records(self) -> Iterator[FetchedRecord]:
        """Yield the records of all committed batches; `Unreadable` for what cannot be read. Reading ends at a damaged batch."""
        try:
            while self._records.has_next():
                batch = self._records.next_batch()
                if self._check_crcs and not batch.validate_crc():
                    raise ValueError("its checksum is wrong: the broker's disk or memory is damaged")
                if not self._passed_by(batch):
                    yield from self._read(batch)
                self.next_fetch_offset = batch.next_offset
        except Exception as error:
            wanted = self.next_fetch_offset  # it stays: aiokafka would ask for the damaged batch again, and the ledger stands still there
            place = (self._tp.topic, self._tp.partition, wanted - 1)
            yield Unreadable(*place, 0, None, self._records.packed(), (), wanted, DAMAGED, str(error))

    def _passed_by(self, batch: Any) -> bool:
        """Return whether the batch is a transaction's marker, or of a transaction that was given up. Keeps track of those."""
        if self._isolation_level == READ_COMMITTED and batch.producer_id is not None:
            self._consume_aborted_up_to(batch.base_offset)
            if batch.is_control_batch and self._contains_abort_marker(batch):
                self._aborted_producers.discard(batch.producer_id)
            if batch.is_transactional and batch.producer_id in self._aborted_producers:
                return True
        return bool(batch.is_control_batch)

    def _read(self, batch: Any) -> Iterator[FetchedRecord]:
        """Yield the records of a batch from the offset that is wanted."""
        end = batch.next_offset
        try:
            for record in batch:
                if record.offset >= end:
                    raise ValueError("a record lies behind the end of its batch")
                if record.offset >= self.next_fetch_offset:
                    self.next_fetch_offset = record.offset + 1
                    yield self._consumer_record(self._tp, record)
        except Exception as error:
            for found in salvage(self._tp, self._records.packed(), self.next_fetch_offset, error):
                self.next_fetch_offset = found.offset + 1
                yield found


def lean_records() -> None:
    """Replace two classes of aiokafka's fetcher, so that it makes `FetchedRecord`s from now on, and `Unreadable`s."""
    fetcher.PartitionRecords = LeanRecords
    fetcher.MemoryRecords = KeptRecords


class Fetched(dict[TP, list[Any]]):
    """What one fetch returned. `links` has, for each partition, the offset where it began and the number of the last seek."""

    def __init__(self, records: Mapping[TP, list[Any]], starts: Mapping[TP, int], epochs: Mapping[TP, int]) -> None:
        super().__init__(records)
        self.links = {tp: (starts.get(tp, -1), epochs.get(tp, -1)) for tp in records}


class ChunkThread(AIOKafkaConsumerThread):
    """Faust's consumer thread. It reads only committed records and counts its seeks."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.upto: dict[TP, int] = {}  # the offset after the last fetch, or the position of the last seek
        self.epochs: dict[TP, int] = {}
        self.seeks = 0

    def _create_worker_consumer(self, transport: Any) -> aiokafka.AIOKafkaConsumer:
        consumer = super()._create_worker_consumer(transport)
        consumer._isolation_level = "read_committed"
        consumer._fetch_max_wait_ms = 50  # ms; with Faust's 1500 an idle partition delays the busy ones (41 k/s in place of 63 k/s)
        return consumer

    async def _fetch_records(self, *args: Any, **kwargs: Any) -> Fetched:
        try:
            records = await super()._fetch_records(*args, **kwargs)
        except ConsumerStoppedError:
            raise
        except Exception as error:  # out of range, not authorised, corrupt: what to read next would be a guess
            die(f"fetching failed: {error!r}")
        fetched = Fetched(records, self.upto, self.epochs)
        self.upto.update((tp, found[-1].offset + 1) for tp, found in fetched.items())
        return fetched

    async def seek_to(self, positions: Mapping[TP, int]) -> dict[int, int]:
        """Seek each partition to its position. Return the number of this seek for each partition.

        From now on an offset that is no longer in the log ends the process. aiokafka would move to the earliest offset without a
        message: that skipped 5,999 events. The changelog's partitions are assigned too; they are paused and never fetched.
        """
        consumer = self._ensure_consumer()
        self.seeks += 1
        for tp, position in positions.items():
            consumer.seek(tp, position)
            self.upto[tp] = position
            self.epochs[tp] = self.seeks
        sources = {tp.topic for tp in positions}
        consumer.pause(*(tp for tp in consumer.assignment() if tp.topic not in sources))
        consumer._fetcher._default_reset_strategy = OffsetResetStrategy.NONE
        return {tp.partition: self.seeks for tp in positions}

    def allow_reset(self) -> None:
        """Let aiokafka choose a position until the next seek. A new partition has none yet; the ledger accepts none of its records."""
        self._ensure_consumer()._fetcher._default_reset_strategy = OffsetResetStrategy.EARLIEST

    async def leave(self) -> None:
        """Leave the group, so that our partitions go to other workers at once."""
        await self._ensure_consumer().stop()

    def ends(self) -> dict[int, tuple[int, int]]:
        """Return the last stable offset and the high watermark of each partition that was read up to the former. From any thread.

        Both are those of the latest fetch. While a partition has records to read, it may not be fetched from, and they may be old.
        """
        subscription = self._ensure_consumer()._subscription.subscription
        assignment = subscription.assignment if subscription else None
        states = {} if assignment is None else {tp.partition: assignment.state_value(tp) for tp in list(self.epochs)}
        known = ((number, state) for number, state in states.items() if state is not None and state.has_valid_position)
        return {
            number: (state.lso, state.highwater)
            for number, state in known
            if state.lso is not None and state.highwater is not None and state.position >= state.lso
        }

    def lags(self, applied: Mapping[int, int]) -> dict[int, int]:
        """Return the lag of each partition: the last stable offset minus a position. May be called from any thread.

        `applied` has the ledger's positions: partition -> next offset to apply. End minus committed offset is never zero on a
        transactional topic, because transaction markers have offsets too. If all that was fetched is applied, we therefore use
        aiokafka's position, which has passed the markers. If not, we use the ledger's position: a chunk may be lost, and perhaps
        no other chunk comes to show the hole. Then the lag does not move and the watchdog sees it.
        """
        subscription = self._ensure_consumer()._subscription.subscription
        assignment = subscription.assignment if subscription else None
        if assignment is None:
            return {}
        lags = {}
        for tp, upto in list(self.upto.items()):
            state = assignment.state_value(tp)
            if state is not None and state.lso is not None and tp in self.epochs:
                walked = max(upto, state.position if state.has_valid_position else 0)
                stands = applied.get(tp.partition, upto)
                lags[tp.partition] = max(0, state.lso - (stands if stands < upto else walked))
        return lags
