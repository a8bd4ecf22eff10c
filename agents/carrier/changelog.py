"""Reads the state of whole partitions from the changelog topic, in bulk, up to the high watermark.

The last stable offset is not enough: an open transaction below the high watermark may still be committed.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from threading import Event
from typing import Any

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from agents.carrier.record import PARTITION_KEY, ROW, STATE, PartitionRecord

TIMEOUT = 10.0  # seconds for one request to the broker
BATCH = 5000  # messages taken at once
PATIENCE = 0.02  # seconds for a batch to fill; at the end of a partition it never does, and the partition is silent meanwhile


class Abandoned(Exception):  # noqa: N818  # an event, not a fault
    """A rebalance interrupted the read. A partition that was read only in part is never owned."""


@dataclass(slots=True)
class Rows:
    """What the changelog holds of one partition: states by journey key, the job's rows, and the partition record."""

    states: dict[bytes, bytes] = field(default_factory=dict)
    rows: dict[bytes, bytes] = field(default_factory=dict)  # what a job stores beside its journeys, by the row's key
    record: PartitionRecord | None = None


def watermarks(settings: dict[str, Any], topic: str, numbers: Collection[int]) -> dict[int, tuple[int, int]]:
    """Return the first and the end offset of each partition, open transactions included. Only read_uncommitted includes them."""
    probe = Consumer({**settings, "group.id": "sojourn-probe", "isolation.level": "read_uncommitted"})
    try:
        return {number: probe.get_watermark_offsets(TopicPartition(topic, number), TIMEOUT) for number in numbers}
    finally:
        probe.close()


def read_changelog(
    settings: dict[str, Any], topic: str, numbers: Collection[int], stop: Event, progress: Callable[[int], None]
) -> dict[int, Rows]:
    """Return all that is committed below the present high watermark, by partition. Values stay bytes.

    Waits for the end of transactions that are open below it, such as those of a frozen predecessor. An earlier version read only to
    the last stable offset. It got old state under new offsets and lost 14,932 events. `progress` is called with the number of
    records of each batch. Raises `Abandoned` when `stop` is set, and KafkaException on an error that retrying does not cure.
    """
    found = watermarks(settings, topic, numbers)
    ends = {number: end for number, (_, end) in found.items()}
    rows = {number: Rows() for number in numbers}
    unfinished = {number for number in numbers if ends[number] > 0}
    consumer = _reader(settings)
    try:
        # By its offset: librdkafka finds out where OFFSET_BEGINNING is only half a second later.
        consumer.assign([TopicPartition(topic, number, found[number][0]) for number in unfinished])
        while unfinished:
            if stop.is_set():
                raise Abandoned
            messages = consumer.consume(BATCH, PATIENCE)
            progress(_add_messages(messages, rows, ends, unfinished))
    finally:
        consumer.close()
    return rows


def _reader(settings: dict[str, Any]) -> Consumer:
    return Consumer(
        {
            **settings,
            "group.id": "sojourn-recovery",
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "enable.partition.eof": True,
            "isolation.level": "read_committed",
            "fetch.queue.backoff.ms": 2,  # ms; with the default of 1000 a backlog takes 3 to 4 times as long
            "fetch.wait.max.ms": 10,
            "queued.min.messages": 200_000,
            "fetch.message.max.bytes": 4 << 20,
        }
    )


def _add_messages(messages: list[Message], rows: dict[int, Rows], ends: dict[int, int], unfinished: set[int]) -> int:
    """Add each message to the rows of its partition. Return how many were records.

    A partition that was read to its end is removed from `unfinished`.
    """
    records = 0
    for message in messages:
        number, error = message.partition(), message.error()
        if number is None:
            continue
        if error is None:
            records += 1
            _add_record(rows[number], message.key() or b"", message.value())
        elif error.code() == KafkaError._PARTITION_EOF:
            if (message.offset() or 0) >= ends[number]:
                unfinished.discard(number)
        elif not error.retriable():
            raise KafkaException(error)
    return records


def _add_record(rows: Rows, changelog_key: bytes, value: bytes | None) -> None:
    if changelog_key == PARTITION_KEY:
        rows.record = PartitionRecord.decode(value) if value is not None else rows.record
        return
    kept = {STATE: rows.states, ROW: rows.rows}.get(changelog_key[:1])
    if kept is None:
        return
    if value is None:
        kept.pop(changelog_key[1:], None)
    else:
        kept[changelog_key[1:]] = value
