"""Reads a topic with the headers of its records. Whoever needs headers of a stranger's record reads with this reader.

confluent-kafka's `Message.headers()` ends the process with a segmentation fault where a header's name is not UTF-8. The reader here is
the worker's own (`agents.carrier.fetching`). A record that it cannot read comes as an `Unreadable`, and those behind it are read.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Iterator, Mapping
from types import TracebackType
from typing import Any, TypeVar

from aiokafka import AIOKafkaConsumer, TopicPartition  # type: ignore[import-untyped]  # ships no types
from confluent_kafka import OFFSET_BEGINNING, OFFSET_END

from agents.carrier.decompression import limit_unpacking
from agents.carrier.fetching import UnfetchableError, lean_records
from agents.carrier.record import DAMAGED, FetchedRecord, Unreadable
from agents.kafka.reader import GRACE_S, StalledError
from agents.settings import Settings
from agents.settings.security import aiokafka_security

T = TypeVar("T")
_WAIT_MS = 50  # ms; how long one look for records waits. A marker at the end of a partition is passed in silence


class RecordReader:
    """Reads one topic in the thread that made it. It joins no group, sees only committed records, and commits nothing.

    `starts` gives the first offset of each partition; OFFSET_BEGINNING and OFFSET_END are allowed. The partitions must exist.
    """

    def __init__(self, settings: Settings, topic: str, starts: Mapping[int, int]) -> None:
        limit_unpacking()
        lean_records()
        self._topic, self._starts = topic, starts
        self.patience_s = settings.transaction_timeout_ms / 1000 + GRACE_S
        self._loop = asyncio.new_event_loop()
        try:
            self._consumer: Any = self._do(self._begin(settings))
        except BaseException:
            self._loop.close()
            raise

    def __enter__(self) -> RecordReader:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            self._do(self._consumer.stop())
        finally:
            self._loop.close()

    def until(self, ends: Mapping[int, int]) -> Iterator[FetchedRecord]:
        """Yield the records up to the offset in `ends` of each partition that is read. Records behind it may come too.
        Raises UnfetchableError at a damaged batch.

        An open transaction hides what lies behind its first record. With high watermarks as `ends`, this method waits for its end. Raises
        StalledError if no such partition moves for `patience_s` seconds.
        """
        seen, give_up = dict[Any, int](), 0.0
        while ahead := self._behind(ends):
            if ahead != seen:
                seen, give_up = ahead, time.monotonic() + self.patience_s
            elif time.monotonic() > give_up:
                raise StalledError(self._topic, {at.partition: ends[at.partition] for at in ahead}, self.patience_s)
            yield from self._next_records()

    def _behind(self, ends: Mapping[int, int]) -> dict[Any, int]:
        """Return the position in each partition that has not reached its end."""
        positions = {at: self._do(self._consumer.position(at)) for at in self._consumer.assignment() if at.partition in ends}
        return {at: position for at, position in positions.items() if position < ends[at.partition]}

    def live(self, for_s: float) -> Iterator[FetchedRecord]:
        """Yield the records that are there and that come, for at most `for_s` seconds."""
        deadline = time.monotonic() + for_s
        while time.monotonic() < deadline:
            yield from self._next_records()

    def _next_records(self) -> Iterator[FetchedRecord]:
        found = self._do(self._consumer.getmany(timeout_ms=_WAIT_MS))
        for records in found.values():
            for record in records:
                if type(record) is Unreadable and record.reason == DAMAGED:
                    raise UnfetchableError(record)
                yield record

    async def _begin(self, settings: Settings) -> Any:
        """Return the consumer, with a position in each of its partitions."""
        reads = {"isolation_level": "read_committed", "enable_auto_commit": False, "auto_offset_reset": "none", "fetch_max_wait_ms": 50}
        consumer = AIOKafkaConsumer(**aiokafka_security(settings), **reads, client_id="sojourn-reader")
        try:
            await consumer.start()
            places = {TopicPartition(self._topic, number): offset for number, offset in self._starts.items()}
            offsets = await self._offsets(consumer, places)  # before it is assigned: no time without a position, and no reset
            consumer.assign(list(places))
            for at, offset in offsets.items():
                consumer.seek(at, offset)
        except BaseException:
            await consumer.stop()
            raise
        return consumer

    async def _offsets(self, consumer: Any, places: Mapping[Any, int]) -> dict[Any, int]:
        """Return the offset at which to begin in each partition."""
        first = [at for at, offset in places.items() if offset == OFFSET_BEGINNING]
        last = [at for at, offset in places.items() if offset == OFFSET_END]
        return {**places, **await consumer.beginning_offsets(first), **await consumer.end_offsets(last)}

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return self._loop.run_until_complete(work)
