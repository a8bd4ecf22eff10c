"""Goes on behind a batch that is damaged on the broker's disk. Nobody knows what was sent in it, so only a person may pass it by.

One transaction writes a rejection for all offsets of the batch, the new position of the partition, and the group's offset. So either
nothing is changed, or the worker goes on behind the batch and the loss is accounted for.
"""

from __future__ import annotations

from dataclasses import dataclass
from getpass import getuser

import msgspec
from confluent_kafka import Consumer, TopicPartition

from agents.carrier.fetching import UnfetchableError
from agents.carrier.options import CarrierOptions
from agents.carrier.record import PARTITION_KEY, PartitionRecord, Unreadable
from agents.carrier.rejections import rejection_record
from agents.kafka.admin import Admin
from agents.kafka.control_producer import WITHIN_S, alone, transaction
from agents.kafka.records import RecordReader
from agents.settings import Settings
from agents.settings.security import TO_OUR_LOG, librdkafka_security
from agents.tools.operating.trust import Standing, TrustError, await_nobody, standings

_HEAD = 61  # bytes of a batch before its records
REASON = "unreadable_batch"  # as for a batch that a sender damaged


@dataclass(frozen=True)
class Damage:
    """A batch that cannot be read: its offsets that are not applied yet, and where its partition stands."""

    batch: Unreadable
    standing: Standing

    @property
    def records(self) -> int:
        """How many offsets are lost."""
        return self.batch.offset - self.batch.first + 1

    @property
    def words(self) -> str:
        """One line for an operator: what is lost."""
        where = f"{self.batch.topic} partition {self.batch.partition}"
        size = len(self.batch.value or b"")
        return f"{where} offsets {self.batch.first} to {self.batch.offset}: {self.records} records in {size} bytes ({self.batch.error})"


def damage(settings: Settings, options: CarrierOptions, topic: str, number: int, offset: int) -> Damage:
    """Return the damaged batch at this offset. Raises TrustError if there is none, or if the worker does not stand there."""
    if topic != options.source:
        raise TrustError(f"{options.role} reads {options.source}, not {topic}")
    (standing,) = standings(settings, options, [number])
    stands = standing.to
    if stands != offset:
        raise TrustError(
            f"the worker stands at offset {stands} of partition {number}, not at {offset}; at its next start it names the place"
        )
    if offset >= standing.log.end:
        raise TrustError(f"partition {number} ends at {standing.log.end}; nothing is there")
    found = _unreadable(settings, topic, number, offset)
    last = last_offset(found.value or b"")
    if last is None or not offset <= last < standing.log.end:
        raise TrustError("the head of the batch is damaged as well, so its end is not known")
    return Damage(msgspec.structs.replace(found, offset=last, reason=REASON), standing)


def last_offset(packed: bytes) -> int | None:
    """Return the last offset of a batch, by its head. None if the head cannot be right: it counts the records in two ways.

    >>> head = bytearray(61)
    >>> head[7], head[26], head[60] = 40, 2, 3  # begins at 40; two offsets lie between the first and the last; three records
    >>> last_offset(bytes(head))
    42
    >>> head[26] = 9
    >>> last_offset(bytes(head)) is None
    True
    """
    if len(packed) < _HEAD:
        return None
    base, delta, count = (int.from_bytes(packed[start:end], signed=True) for start, end in ((0, 8), (23, 27), (57, 61)))
    return base + delta if count == delta + 1 > 0 else None


def pass_by(settings: Settings, options: CarrierOptions, found: Damage) -> None:
    """Reject the batch and move the job's position behind it. Waits until the group has no members. Raises TrustError if it has some."""
    batch, held = found.batch, found.standing.record
    record = PartitionRecord(0, "") if held is None else held
    moved = msgspec.structs.replace(record, position=batch.offset + 1, topic_id=found.standing.log.topic_id)
    value, headers = rejection_record(batch, REASON, f"{batch.error}; passed by with `sojourn topics skip` by {_operator()}")
    with Admin(settings) as admin:
        await_nobody(admin, options.app_id)
    with alone(settings, f"{options.app_id}-trust") as producer, transaction(producer):
        producer.send(options.rejections, None, value, list(headers))
        producer.send(options.changelog, PARTITION_KEY, moved.encode(), partition=batch.partition)
        at = TopicPartition(batch.topic, batch.partition, batch.offset + 1)
        producer.client.send_offsets_to_transaction([at], _nobody(settings, options.app_id), WITHIN_S)


def _unreadable(settings: Settings, topic: str, number: int, offset: int) -> Unreadable:
    with RecordReader(settings, topic, {number: offset}) as reader:
        try:
            found = next(reader.until({number: offset + 1}), None)
        except UnfetchableError as error:
            return error.damaged
    told = "holds no records" if found is None else "can be read"
    raise TrustError(f"{topic} partition {number} {told} at offset {offset}, so the worker passes it without help")


def _nobody(settings: Settings, group: str) -> object:
    """Return the group's metadata of somebody who is no member."""
    consumer = Consumer({**librdkafka_security(settings), "group.id": group, **TO_OUR_LOG})
    try:
        return consumer.consumer_group_metadata()
    finally:
        consumer.close()


def _operator() -> str:
    try:
        return getuser()
    except (KeyError, OSError):
        return "an account without a name"
