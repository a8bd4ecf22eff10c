"""What a stranger's producer can write that the broker takes and a reader may choke on: each sort as a client really sends it."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable
from typing import Any

from aiokafka import AIOKafkaProducer  # type: ignore[import-untyped]  # ships no types
from aiokafka.record._crecords import default_records  # type: ignore[import-untyped]
from confluent_kafka import Producer
from kafka import KafkaProducer  # type: ignore[import-untyped]

BOMB = 70 << 20  # bytes


class Raw(str):
    """A header's name that is not UTF-8, for a client that does not look."""

    __slots__ = ()

    def encode(self, *_args: Any) -> bytes:
        return b"\xff\xfe"


def header_name(broker: str, topic: str, partition: int, value: bytes = b"{}") -> int:
    """One record whose header has a name that is no text. Return its offset."""
    producer = KafkaProducer(bootstrap_servers=broker)
    try:
        sent = producer.send(topic, value, b"poison", [(Raw("x"), b"y")], partition).get(20)
        return int(sent.offset)
    finally:
        producer.close()


def bomb(broker: str, topic: str, partition: int) -> int:
    """One record of 70 MiB of zeros, packed into some 2 KB. Return its offset."""
    producer = Producer({"bootstrap.servers": broker, "compression.type": "zstd", "message.max.bytes": 100_000_000, "linger.ms": 0})
    return _sent(producer, topic, partition, bytes(BOMB))


def _sent(producer: Producer, topic: str, partition: int, value: bytes, key: bytes = b"poison") -> int:
    offsets: list[int | None] = []
    producer.produce(topic, value, key, partition, on_delivery=lambda error, told: offsets.append(None if error else told.offset()))
    producer.flush(30)
    assert offsets, "not delivered"
    assert offsets[0] is not None
    return offsets[0]


def members(broker: str, topic: str, partition: int, key: str, count: int) -> None:
    """`count` ordinary records in one batch, whose gzip stream has two members (RFC 1952 allows it)."""

    def in_two(data: Any, *_level: Any) -> bytes:
        half = len(data) // 2
        return _member(bytes(data[:half])) + _member(bytes(data[half:]))

    asyncio.run(_batch(broker, topic, partition, key, count, in_two))


def _member(part: bytes) -> bytes:
    packer = zlib.compressobj(wbits=31)
    return packer.compress(part) + packer.flush()


async def _batch(broker: str, topic: str, partition: int, key: str, count: int, packed: Callable[..., bytes]) -> None:
    stock, default_records.gzip_encode = default_records.gzip_encode, packed
    producer = AIOKafkaProducer(bootstrap_servers=broker, compression_type="gzip", linger_ms=50)
    try:
        await producer.start()
        batch = producer.create_batch()
        for _ in range(count):
            batch.append(key=key.encode(), value=b"{}", timestamp=None)
        await (await producer.send_batch(batch, topic, partition=partition))
    finally:
        await producer.stop()
        default_records.gzip_encode = stock


def no_json(broker: str, topic: str, partition: int) -> int:
    """One record that nobody can decode. Return its offset."""
    return _sent(Producer({"bootstrap.servers": broker, "linger.ms": 0}), topic, partition, b'{"type":"x')


def no_text(broker: str, topic: str, partition: int) -> int:
    """One record whose key and value are no text. Return its offset."""
    return _sent(Producer({"bootstrap.servers": broker, "linger.ms": 0}), topic, partition, b"\xff\xfe", b"s\xff\xfe")


SORTS: dict[str, Callable[[str, str, int], int]] = {"header": header_name, "bomb": bomb, "no json": no_json, "no text": no_text}
