"""Goes on with what the changelog holds of a partition, where a worker refuses because the log or the group's offset disagrees with it.

The partition record gets a position that the log has, and the group's offset becomes the same. The record is written before the offset.
If the command is interrupted between the two, it can be run again.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec
from confluent_kafka.admin import AdminClient

from agents.carrier.options import CarrierOptions
from agents.carrier.progress import Log, believed, read_logs
from agents.carrier.record import PARTITION_KEY, PartitionRecord
from agents.carrier.security import librdkafka
from agents.carrier.topics import describe
from agents.kafka.admin import Admin
from agents.kafka.control_producer import alone, transaction
from agents.kafka.reader import LogReader
from agents.settings import Settings
from schemas.topics import INGEST_CHANGELOG, INTERACTIONS, JOURNEY_CHANGELOG, TOUCHPOINTS

JOBS = {  # consumer group, source topic, changelog
    "journey": ("sojourn-journey", TOUCHPOINTS, JOURNEY_CHANGELOG),
    "ingest": ("sojourn-ingest", INTERACTIONS, INGEST_CHANGELOG),
}
PATIENCE_S = 20.0  # a worker that has refused is a member of its group until its session ends


class TrustError(RuntimeError):
    """It cannot be done now. The text says why."""


@dataclass(frozen=True)
class Standing:
    """What the log and the changelog say of a partition. `record` is None if the changelog has none."""

    log: Log
    record: PartitionRecord | None

    @property
    def to(self) -> int:
        """The offset at which a worker goes on once the record is believed."""
        return believed(self.record, self.log)

    @property
    def words(self) -> str:
        """One line for an operator."""
        log, at = self.log, "none" if self.record is None else f"{self.record.position}"
        again = " (of an earlier topic of this name)" if self.record is not None and self.record.topic_id != log.topic_id else ""
        offset = "none" if log.committed is None else f"{log.committed}"
        return f"partition {log.number}: the record stands at {at}{again}, the group at {offset}, the log has {log.start} to {log.end}"


def standings(settings: Settings, options: CarrierOptions, partitions: Iterable[int]) -> list[Standing]:
    """Return what stands where, for each of these partitions. Raises TrustError if the topic or a partition does not exist."""
    numbers = sorted(set(partitions))
    found = describe(AdminClient(librdkafka(options)), [options.source])[options.source]
    if found is None or not set(numbers) <= set(range(found.partitions)):
        has = "does not exist" if found is None else f"has {found.partitions} partitions, from 0"
        raise TrustError(f"topic {options.source} {has}")
    logs = read_logs(options, numbers, found.topic_id)
    with LogReader(settings, options.changelog, {}) as reader:
        return [Standing(log, _record(reader, log.number)) for log in logs]


def believe(settings: Settings, options: CarrierOptions, rows: Iterable[Standing]) -> None:
    """Make the records and the group's offsets say where to go on. Without a record, the offset is removed: the log is read from its start.

    Waits until the group has no members. Raises TrustError if it has some all the same, or if the brokers refuse.
    """
    rows = list(rows)
    with Admin(settings) as admin:
        await_nobody(admin, options.app_id)
        _write_records(settings, options, rows)
        offsets = {(options.source, row.log.number): row.to for row in rows if row.record is not None}
        if refused := admin.set_committed(options.app_id, offsets) if offsets else {}:
            raise TrustError(f"the brokers refused: {refused}")
        if unknown := [(options.source, row.log.number) for row in rows if row.record is None and row.log.committed is not None]:
            admin.forget_committed(options.app_id, unknown)


def _write_records(settings: Settings, options: CarrierOptions, rows: Iterable[Standing]) -> None:
    """Write the records that must change, all or none."""
    with alone(settings, f"{options.app_id}-trust") as producer, transaction(producer):
        for row in rows:
            if row.record is not None and (row.record.position, row.record.topic_id) != (row.to, row.log.topic_id):
                record = msgspec.structs.replace(row.record, position=row.to, topic_id=row.log.topic_id)
                producer.send(options.changelog, PARTITION_KEY, record.encode(), partition=row.log.number)


def await_nobody(admin: Admin, group: str) -> None:
    """Wait until the group has no members. Raises TrustError if it has some after `PATIENCE_S` seconds."""
    give_up = time.monotonic() + PATIENCE_S
    while admin.group(group).members:
        if time.monotonic() > give_up:
            raise TrustError(f"workers of {group} are running")
        time.sleep(0.2)


def _record(reader: LogReader, number: int) -> PartitionRecord | None:
    message = reader.last(number, PARTITION_KEY)
    value = None if message is None else message.value()
    return PartitionRecord.decode(value) if isinstance(value, bytes) else None
