"""Compares a partition's own record with its group's committed offset, and repairs the offset: the record is believed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from confluent_kafka import Message

from agents.carrier.record import PARTITION_KEY, PartitionRecord
from agents.kafka.admin import Admin
from agents.kafka.reader import LogReader, committed
from agents.settings import Settings
from schemas.topics import INGEST_CHANGELOG, INTERACTIONS, JOURNEY_CHANGELOG, TOUCHPOINTS

JOBS = {  # consumer group, source topic, changelog
    "journey": ("sojourn-journey", TOUCHPOINTS, JOURNEY_CHANGELOG),
    "ingest": ("sojourn-ingest", INTERACTIONS, INGEST_CHANGELOG),
}


@dataclass(frozen=True)
class PartitionProgress:
    """The offset that the group committed, and the position in the partition record. None: there is none."""

    partition: int
    committed: int | None
    position: int | None


def differences(settings: Settings, job: str, partitions: Iterable[int]) -> list[PartitionProgress]:
    """Return both positions of each of these partitions, equal ones included."""
    group, source, changelog = JOBS[job]
    numbers = sorted(set(partitions))
    offsets = committed(settings, group, source, numbers)
    with LogReader(settings, changelog, {}) as reader:
        return [PartitionProgress(number, offsets.get(number), _position(reader.last(number, PARTITION_KEY))) for number in numbers]


def believe(settings: Settings, job: str, rows: Iterable[PartitionProgress]) -> None:
    """Update the group's committed offsets to the positions in the records. Remove the offset of a partition that has no record.

    Raises RuntimeError if the group has members: a running worker would overwrite the offsets. Also if the brokers refuse.
    """
    group, source, _ = JOBS[job]
    standings = list(rows)
    known = {(source, row.partition): row.position for row in standings if row.position is not None}
    unknown = [(source, row.partition) for row in standings if row.position is None and row.committed is not None]
    with Admin(settings) as admin:
        if admin.group(group).members:
            raise RuntimeError(f"workers of {group} are running: stop them first")
        refused = admin.set_committed(group, known) if known else {}
        if unknown:
            admin.forget_committed(group, unknown)
    if refused:
        raise RuntimeError(f"the brokers refused: {refused}")


def _position(record: Message | None) -> int | None:
    value = None if record is None else record.value()
    return PartitionRecord.decode(value).position if isinstance(value, bytes) else None
