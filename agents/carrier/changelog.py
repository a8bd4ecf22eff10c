"""The state of whole partitions, read in bulk: to the high watermark, not to the last stable offset."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from threading import Event
from typing import Any

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Message, TopicPartition

from agents.carrier.record import PARTITION_KEY, ROW, STATE, PartitionRecord

TIMEOUT = 10.0  # seconds for one question to the broker
BATCH = 5000


class Abandoned(Exception):  # noqa: N818  # an event, not a fault
    """A rebalance came in between; a half-read partition is never owned."""


@dataclass(slots=True)
class Rows:
    """What the changelog holds of one partition."""

    states: dict[bytes, bytes] = field(default_factory=dict)
    rows: dict[bytes, bytes] = field(default_factory=dict)  # what a job keeps beside its journeys
    record: PartitionRecord | None = None


def high_watermarks(settings: dict[str, Any], topic: str, numbers: Collection[int]) -> dict[int, int]:
    """The ends of the partitions with open transactions included: hence asked for with read_uncommitted."""
    probe = Consumer({**settings, "group.id": "sojourn-probe", "isolation.level": "read_uncommitted"})
    try:
        return {number: probe.get_watermark_offsets(TopicPartition(topic, number), TIMEOUT)[1] for number in numbers}
    finally:
        probe.close()


def read_changelog(
    settings: dict[str, Any], topic: str, numbers: Collection[int], stop: Event, progress: Callable[[int], None]
) -> dict[int, Rows]:
    """All that is committed below the high watermark of this moment, by partition; values stay bytes.

    Waits for transactions open below it (a frozen predecessor's) to end. Reading to the last stable offset alone gave old
    state under new offsets: 14,932 events lost. Raises `Abandoned` when `stop` is set.
    """
    ends = high_watermarks(settings, topic, numbers)
    rows = {number: Rows() for number in numbers}
    unfinished = {number for number in numbers if ends[number] > 0}
    consumer = _reader(settings)
    try:
        consumer.assign([TopicPartition(topic, number, OFFSET_BEGINNING) for number in unfinished])
        while unfinished:
            if stop.is_set():
                raise Abandoned
            messages = consumer.consume(BATCH, 0.2)
            progress(_take_in(messages, rows, ends, unfinished))
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
            "fetch.queue.backoff.ms": 2,  # default 1000 costs 3-4x on a backlog
            "fetch.wait.max.ms": 50,
            "queued.min.messages": 200_000,
            "fetch.message.max.bytes": 4 << 20,
        }
    )


def _take_in(messages: list[Message], rows: dict[int, Rows], ends: dict[int, int], unfinished: set[int]) -> int:
    """Each message into the rows of its partition; a partition read to its end is finished. Returns how many were records."""
    records = 0
    for message in messages:
        number, error = message.partition(), message.error()
        if number is None:
            continue
        if error is None:
            records += 1
            _apply(rows[number], message.key() or b"", message.value())
        elif error.code() == KafkaError._PARTITION_EOF:
            if (message.offset() or 0) >= ends[number]:
                unfinished.discard(number)
        elif not error.retriable():
            raise KafkaException(error)
    return records


def _apply(rows: Rows, changelog_key: bytes, value: bytes | None) -> None:
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
