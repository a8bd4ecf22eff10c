"""The consumer's own thread: it fetches, and says of what it fetched where that began and after which seek."""

from collections.abc import Mapping
from typing import Any

import aiokafka  # type: ignore[import-untyped]  # ships no types, and there are no stubs
from aiokafka.consumer import fetcher  # type: ignore[import-untyped]
from aiokafka.consumer.fetcher import OffsetResetStrategy  # type: ignore[import-untyped]
from aiokafka.errors import ConsumerStoppedError  # type: ignore[import-untyped]
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread
from faust.types import TP

from agents.carrier.exits import die
from agents.carrier.record import FetchedRecord


class LeanRecords(fetcher.PartitionRecords):  # type: ignore[misc]  # aiokafka ships no types
    """aiokafka's walk over what was fetched, its records made by us."""

    def _consumer_record(self, tp: TP, record: Any) -> FetchedRecord:
        return FetchedRecord(tp.topic, tp.partition, record.offset, record.timestamp, record.key, record.value, tuple(record.headers))


def lean_records() -> None:
    """From now on aiokafka's fetcher makes `FetchedRecord`s."""
    fetcher.PartitionRecords = LeanRecords


class Fetched(dict[TP, list[Any]]):
    """What one fetch returned, and of each part where it began and how many seeks had been made by then."""

    def __init__(self, records: Mapping[TP, list[Any]], starts: Mapping[TP, int], epochs: Mapping[TP, int]) -> None:
        super().__init__(records)
        self.links = {tp: (starts.get(tp, -1), epochs.get(tp, -1)) for tp in records}


class ChunkThread(AIOKafkaConsumerThread):
    """Faust's consumer thread, reading committed records only, and counting its seeks."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.upto: dict[TP, int] = {}  # the end of what was fetched last, or where we sought
        self.epochs: dict[TP, int] = {}
        self.seeks = 0

    def _create_worker_consumer(self, transport: Any) -> aiokafka.AIOKafkaConsumer:
        consumer = super()._create_worker_consumer(transport)
        consumer._isolation_level = "read_committed"
        consumer._fetch_max_wait_ms = 50  # stock: 1500, and an idle partition's long poll delays the busy ones (41 k -> 63 k/s)
        return consumer

    async def _fetch_records(self, *args: Any, **kwargs: Any) -> Fetched:
        try:
            records = await super()._fetch_records(*args, **kwargs)
        except ConsumerStoppedError:
            raise
        except Exception as error:  # out of range, not authorised, corrupt: what follows would be a guess
            die(f"fetching failed: {error!r}")
        fetched = Fetched(records, self.upto, self.epochs)
        self.upto.update((tp, found[-1].offset + 1) for tp, found in fetched.items())
        return fetched

    async def seek_to(self, positions: Mapping[TP, int]) -> dict[int, int]:
        """Every partition given stands at its position; returns the number of this seek for each.

        From here on an offset the log no longer has ends the process: aiokafka would jump to the earliest without a word
        (5,999 events skipped). The changelog's partitions, assigned beside the source's, are not fetched at all.
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
        """Until the next seek a position may be anything: a new partition has none yet, and nothing of it passes."""
        self._ensure_consumer()._fetcher._default_reset_strategy = OffsetResetStrategy.EARLIEST

    async def leave(self) -> None:
        """The group knows that we are gone: our partitions go to others at once."""
        await self._ensure_consumer().stop()

    def lags(self, applied: Mapping[int, int]) -> dict[int, int]:
        """By partition, the last stable offset minus where its ledger stands (`applied`: partition -> next offset to apply).

        End minus committed is never zero on a transactional topic: where all that was fetched is applied, aiokafka's own position
        counts, which has walked over transaction markers. Where it is not, a chunk may be lost, and no other may come to show the
        hole: then the ledger's position counts, and the watchdog sees a lag that does not move. From any thread.
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
