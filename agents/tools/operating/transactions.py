"""Finds transactions that stay open and hold up the stream, and ends them."""

from __future__ import annotations

import time
from dataclasses import dataclass

from kafka import TopicPartition  # type: ignore[import-untyped]  # ships no types
from kafka.admin import AbortTransactionSpec  # type: ignore[import-untyped]

from agents.kafka.admin import Admin
from agents.kafka.reader import LogReader
from agents.settings import Settings
from schemas.topics import INTERACTIONS, TOUCHPOINTS
from schemas.writing import rfc3339

WATCHED_S = 2.0  # seconds; a worker ends its own transactions within a fraction of one
ENDS_IT = "`sojourn topics transactions --yes` ends it; take the right to transactional ids from producers that need none"
SOURCES = (INTERACTIONS, TOUCHPOINTS)


@dataclass(frozen=True)
class OpenTransaction:
    """A transaction that holds up a partition. `offset` is its first record, `records` how many wait from there on."""

    topic: str
    partition: int
    offset: int
    records: int
    producer_id: int
    epoch: int
    latest: int  # ms UTC: when its producer wrote last, by the producer's clock


def in_words(found: OpenTransaction) -> str:
    """Return what is known of it.

    >>> in_words(OpenTransaction("interactions.v1", 0, 5, 3, 17, 0, 1_761_555_660_000))
    'the transaction that producer id 17 has open since offset 5; it wrote last at 2025-10-27T09:01:00.000Z'
    """
    wrote = rfc3339(found.latest)
    return f"the transaction that producer id {found.producer_id} has open since offset {found.offset}; it wrote last at {wrote}"


def open_transactions(settings: Settings, watched_s: float = WATCHED_S) -> list[OpenTransaction]:
    """Return the transactions at which the two input topics have stood still for `watched_s` seconds."""
    with Admin(settings) as admin:
        standing = _stable_ends(settings, admin)
        if any(high > stable for stable, high in standing.values()):
            time.sleep(watched_s)
        later = _stable_ends(settings, admin) if standing else {}
        stuck = {at: ends for at, ends in later.items() if ends[1] > ends[0] and ends[0] == standing.get(at, (None,))[0]}
        return [_blocker(admin, topic, number, *ends) for (topic, number), ends in sorted(stuck.items())]


def end_transaction(settings: Settings, found: OpenTransaction) -> None:
    """Write the marker that ends the transaction in its partition: its records are never delivered. Raises KafkaError if refused."""
    at = TopicPartition(found.topic, found.partition)
    with Admin(settings) as admin:
        admin.client.abort_transaction(AbortTransactionSpec(at, found.producer_id, found.epoch))


def _stable_ends(settings: Settings, admin: Admin) -> dict[tuple[str, int], tuple[int, int]]:
    """Return, for each partition of the two topics, the last stable offset and the high watermark."""
    stable: dict[tuple[str, int], int] = {}
    for topic in admin.partitions(SOURCES):
        with LogReader(settings, topic) as reader:
            stable |= {(topic, number): end for number, end in reader.ends().items()}
    return {at: (stable[at], high) for at, high in admin.ends(stable).items()}


def _blocker(admin: Admin, topic: str, number: int, stable: int, high: int) -> OpenTransaction:
    """Return the transaction that begins at the last stable offset. Its producer is -1 if the broker does not name it."""
    at = TopicPartition(topic, number)
    producers = admin.client.describe_producers([at])[at].active_producers
    first = min(
        (each for each in producers if each.current_transaction_start_offset >= 0),
        key=lambda each: int(each.current_transaction_start_offset), default=None,
    )  # fmt: skip
    if first is None:
        return OpenTransaction(topic, number, stable, high - stable, -1, -1, 0)
    return OpenTransaction(topic, number, stable, high - stable, first.producer_id, first.producer_epoch, first.last_timestamp)
