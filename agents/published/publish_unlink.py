"""Publishes that two ids are two customers: one signed control record, in the partition of the id that was forwarded."""

from __future__ import annotations

import time

import msgspec
from confluent_kafka import KafkaError, Message

from agents.carrier.record import PARTITION_KEY, STATE, PartitionRecord
from agents.kafka.partitioning import partition_of
from agents.kafka.producer import LogProducer
from agents.kafka.reader import LogReader
from agents.kafka.signing import signer
from agents.settings import Settings
from agents.settings.security import librdkafka_security
from schemas.control import JourneyUnlinked
from schemas.topics import JOURNEY_CHANGELOG, TOUCHPOINTS
from streams.rules import Rules
from streams.state import Address, Partition

WITHIN_S = 30.0  # seconds for the record to arrive


def address_of(settings: Settings, customer: str) -> Address | None:
    """Return where this id's journey is forwarded to, as committed. None: nowhere. Raises KafkaException, and UnreadableStateError."""
    number = _place(settings, customer)
    with LogReader(settings, JOURNEY_CHANGELOG, {}) as reader:
        state = reader.last(number, STATE + customer.encode())
        record = reader.last(number, PARTITION_KEY)
    value, shared = state and state.value(), record and record.value()
    if not isinstance(value, bytes) or not isinstance(shared, bytes):
        return None
    layouts = msgspec.msgpack.decode(PartitionRecord.decode(shared).body, type=Partition).layouts
    return Rules().codec.decode(value, layouts).forward


def unlink(settings: Settings, customer: str, to: str, why: str) -> dict[int, int]:
    """Publish that nothing more of `customer` goes to `to`. Return the partition and offset of the record.

    A second copy changes nothing, so the record may be sent again. Raises KafkaException.
    """
    number, offsets = _place(settings, customer), dict[int, int]()
    value = msgspec.json.encode(JourneyUnlinked(customer=customer, to=to, at=time.time_ns() // 1_000_000, why=why))
    producer = LogProducer(librdkafka_security(settings), resend=True)
    headers = signer(settings).sign(number, value)

    def note(_failed: KafkaError | None, sent: Message) -> None:
        if (offset := sent.offset()) is not None:
            offsets[number] = offset

    producer.send(TOUCHPOINTS, customer, value, headers, number, note)
    producer.flush(WITHIN_S)
    return offsets


def _place(settings: Settings, customer: str) -> int:
    return partition_of(customer.encode(), settings.partitions)
