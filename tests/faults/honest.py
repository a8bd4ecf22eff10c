"""A faultless run, made by hand: what a pipeline that gets nothing wrong would leave on the topics."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence

import msgspec

from agents.carrier.record import PARTITION_KEY, ROW, STATE, FetchedRecord, PartitionRecord
from agents.carrier.rejections import rejection_record
from agents.journey.outputs import published, told
from agents.kafka.partitioning import partition_of
from schemas.control import Tick
from schemas.control.signing import SIGNATURE, place_of, signature
from schemas.outputs import Output
from streams.replay import Replay
from streams.story import START
from tests.faults.evidence import JOURNEYS, LOG, REJECTIONS, Evidence, Seal
from tests.faults.load import Load
from tests.faults.manifest import Manifest
from tests.faults.oracle import understood
from tests.faults.reading import Reading, Record

SEAL, PARTITIONS, BROKEN = Seal(b"secret", "topic"), 2, b'{"kind":"page_viewed"'


def honest_run() -> Evidence:
    """What a faultless pipeline leaves of 600 touchpoints through the direct door, some sent twice, one of them broken."""
    manifest, reading = Manifest(), Reading(partitions=PARTITIONS)
    load = Load(7, START, customers=20)
    for number in range(6):
        for event in load.next(100, START + number * 500):
            for _ in range(1 + (zlib.crc32(event.value) % 20 == 0)):
                manifest.sent(event.touchpoint.id, event.touchpoint.customer, LOG)
                _log(reading, event.touchpoint.customer.encode(), event.value, START + number * 500)
    _log(reading, b"c1", BROKEN, START)
    manifest.broke(LOG, BROKEN)
    committed = {LOG: _settled(reading)}
    return Evidence(manifest, reading, committed, stopped_at=START + 4_000, seal=SEAL)


def _log(reading: Reading, key: bytes, value: bytes, at: int, headers: Sequence[tuple[str, bytes]] = ()) -> None:
    partition = partition_of(key, PARTITIONS)
    reading.add(LOG, Record(partition, len(reading.of(LOG, partition)), at, key, value, headers))


def _settled(reading: Reading) -> dict[int, int]:
    """Every partition's end, once all is applied, also what journeys tell each other from one partition to the other."""
    partitions = [_Partition(reading, number) for number in range(PARTITIONS)]
    while sum(each.read_on() for each in partitions):
        continue
    return {each.number: each.commit() for each in partitions}


class _Partition:
    """One partition's journeys, outputs, rejections and partition record, as a worker would write them, ticks included."""

    def __init__(self, reading: Reading, number: int) -> None:
        self.reading, self.number = reading, number
        self.replay, self.position, self.rejected = Replay(sent_in_log=True), 0, 0

    def read_on(self) -> int:
        """How many records were new in the log; they are applied."""
        coming = self.reading.of(LOG, self.number)[self.position :]
        for each in coming:
            self._apply(each)
        self.position += len(coming)
        return len(coming)

    def _apply(self, each: Record) -> None:
        event, told_before = understood(each, SEAL), len(self.replay.sent)
        if isinstance(event, str):
            self.rejected += 1
            source = FetchedRecord(LOG, self.number, each.offset, each.at, each.key, each.value, ())
            value, headers = rejection_record(source, event)
            _publish(self.reading, REJECTIONS, each.key, value, headers)
            return
        self.replay.apply(event, each.at)
        for control in self.replay.sent[told_before:]:
            _, key, value, headers, _ = told(control, *SEAL, PARTITIONS)
            _log(self.reading, key, value, each.at, headers)

    def commit(self) -> int:
        """Time passes, and everything is written; returns the position."""
        reading, replay, partition = self.reading, self.replay, self.number
        _pass_time(reading, replay)
        for output in replay.emissions:
            if isinstance(output, Output):
                made = published(output, START)
                _publish(reading, made.topic, made.key, made.value, made.headers)
        for customer, state in replay.states().items():
            _publish(reading, JOURNEYS, STATE + customer.encode(), state, partition=partition)
        for cell, value in replay.partition.aggregates.encoded_rows().items():
            _publish(reading, JOURNEYS, ROW + cell, value, partition=partition)
        replay.partition.outcomes |= {"rejected": self.rejected} if self.rejected else {}
        position = len(reading.of(LOG, partition))
        row = PartitionRecord(position, "topic", msgspec.msgpack.encode(replay.partition)).encode()
        _publish(reading, JOURNEYS, PARTITION_KEY, row, partition=partition)
        return position


def _pass_time(reading: Reading, replay: Replay) -> None:
    """Ticks for all wakes that are due, in the log and applied."""
    for customer, journey in list(replay.journeys.items()):
        while 0 < (due := journey.next_wake) < START:
            value = msgspec.json.encode(Tick(customer=customer, due=due))
            place = place_of(SEAL.topic_id, partition_of(customer.encode(), PARTITIONS))
            _log(reading, customer.encode(), value, START + 3_000, ((SIGNATURE, signature(SEAL.key, place, value)),))
            replay.apply(Tick(customer=customer, due=due), START + 3_000)


def _publish(reading: Reading, topic: str, key: bytes, value: bytes, headers: Iterable[tuple[str, bytes]] = (), partition: int = 0) -> None:
    reading.add(topic, Record(partition, len(reading.of(topic, partition)), START, key, value, tuple(headers), seen=START))
