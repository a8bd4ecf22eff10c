"""Checks that state and progress of a partition belong together. Done for every partition before it is owned."""

from collections.abc import Collection
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Any

from confluent_kafka import Consumer, KafkaException, TopicPartition

from agents.carrier.exits import Refusal
from agents.carrier.options import CarrierOptions, Role
from agents.carrier.record import PartitionRecord
from agents.carrier.security import librdkafka

TIMEOUT = 10.0  # seconds for one request to the broker
STABLE = 40.0  # seconds; longer than a transaction can stay open


@dataclass(frozen=True, slots=True)
class Log:
    """A source partition, as the broker describes it. `committed` is the group's offset, or None if it has none."""

    number: int
    start: int
    end: int
    committed: int | None
    topic_id: str
    role: Role = "journey"


def read_logs(options: CarrierOptions, numbers: Collection[int], topic_id: str) -> list[Log]:
    """Return start, end and *stable* committed offset of source partitions.

    librdkafka asks with require_stable: it waits for offsets that a transaction is about to commit. aiokafka does not.
    """
    settings: dict[str, Any] = {**librdkafka(options), "group.id": options.app_id, "isolation.level": "read_committed"}
    consumer = Consumer({**settings, "enable.auto.commit": False})
    try:
        committed = _stable_offsets(consumer, options.source, numbers)
        logs = []
        for number in numbers:
            start, end = consumer.get_watermark_offsets(TopicPartition(options.source, number), TIMEOUT)
            offset = committed[number]
            logs.append(Log(number, start, end, None if offset < 0 else offset, topic_id, options.role))
        return logs
    finally:
        consumer.close()


def _stable_offsets(consumer: Consumer, topic: str, numbers: Collection[int]) -> dict[int, int]:
    """Return the group's offsets by partition, negative if it has none. Waits for offsets that a transaction is about to commit.

    Raises KafkaException if the broker gives no offset within `STABLE` seconds.
    """
    deadline = monotonic() + STABLE
    while True:
        found = consumer.committed([TopicPartition(topic, number) for number in numbers], TIMEOUT)
        errors = [tp.error for tp in found if tp.error is not None]
        if not errors:
            return {tp.partition: tp.offset for tp in found}
        if monotonic() > deadline:
            raise KafkaException(errors[0])
        sleep(0.1)


def position(record: PartitionRecord | None, log: Log) -> int:
    """Return the next offset to apply. Raises `Refusal` if state and progress do not belong together.

    If the group offset was rewound or deleted, the partition record is used: the states are complete up to its position. If the
    group offset is *ahead* of the record, or there is no record, states are missing.

    >>> position(PartitionRecord(7, "t"), Log(0, 0, 9, committed=7, topic_id="t"))
    7
    >>> position(None, Log(0, 3, 9, committed=None, topic_id="t"))
    3
    """
    place = f"{log.number} --job {log.role}"
    fix = f"find out what happened to the topics; to go on with what the changelog holds, run `sojourn topics trust {place} --yes`"
    if record is None:
        if log.committed is not None:
            raise Refusal(f"partition {log.number} was read up to {log.committed}, and the changelog holds nothing of it", fix)
        return log.start
    if record.topic_id != log.topic_id:
        raise Refusal(f"the source topic was created again: partition {log.number}'s state belongs to another of that name", fix)
    if record.position > log.end:
        raise Refusal(f"partition {log.number} ends at {log.end}, before what was already applied ({record.position})", fix)
    if record.position < log.start:
        raise Refusal(f"partition {log.number} begins at {log.start}: {log.start - record.position} offsets were deleted unread", fix)
    if log.committed is not None and log.committed > record.position:
        raise Refusal(f"partition {log.number}'s group offset {log.committed} is ahead of its state ({record.position})", fix)
    return record.position


def believed(record: PartitionRecord | None, log: Log) -> int:
    """Return where to go on if an operator has decided that the record is right: at its position, or at the nearest that the log has.

    >>> [believed(PartitionRecord(7, "t"), Log(0, start, end, 9, "t")) for start, end in ((0, 9), (8, 9), (0, 5))]
    [7, 8, 5]
    >>> believed(PartitionRecord(7, "of another topic"), Log(0, 3, 9, 7, "t")), believed(None, Log(0, 3, 9, 7, "t"))
    (3, 3)
    """
    known = record.position if record is not None and record.topic_id == log.topic_id else log.start
    return min(max(known, log.start), log.end)
