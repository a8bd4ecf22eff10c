"""A commit is one Kafka transaction. It has outputs, changed states, partition records and source offsets, or nothing is written."""

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, NamedTuple, NoReturn

from confluent_kafka import KafkaError, KafkaException, Message, Producer, TopicPartition

from agents.carrier.delivery import Delivered, UndeliveredError, undelivered
from agents.carrier.exits import die
from agents.carrier.failpoints import Failpoint
from agents.carrier.options import CarrierOptions
from agents.carrier.security import librdkafka

FLUSH_SECONDS = 20.0  # these four: how long one step of a transaction may take
OFFSETS_SECONDS = 10.0
COMMIT_SECONDS = 30.0
START_SECONDS, START_STEP = 60.0, 1.0


class Output(NamedTuple):
    """One record for a topic. If `partition` is None, the key decides by murmur2, as in Kafka's own clients."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]
    partition: int | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What one commit writes, taken in one step of the event loop, with the membership that owned the partitions then.

    It must not be committed under a later membership. The broker checks the member, but not which partitions the member has: an
    earlier version published 42 outputs twice. `positions` are (partition, next offset). `states` are (partition, changelog key,
    bytes, or None for a tombstone).
    """

    generation: int
    member: str
    positions: list[tuple[int, int]] = field(default_factory=list)
    states: list[tuple[int, bytes, bytes | None]] = field(default_factory=list)
    outputs: list[Output] = field(default_factory=list)


def pack_metadata(group: str, generation: int, member: str) -> bytes:
    """Return group metadata in librdkafka's form, version 2. `guards` compares it with librdkafka's own at each start.

    >>> pack_metadata("g", 3, "m")
    b'CGMDv2:\\x03\\x00\\x00\\x00g\\x00m\\x00\\x01'
    """
    return b"CGMDv2:" + struct.pack("<i", generation) + group.encode() + b"\0" + member.encode() + b"\0\x01"


def group_metadata(group: str, generation: int, member: str) -> bytes:
    """Return the proof of membership that a transaction needs, for a membership that aiokafka owns.

    After it was expelled from the group, aiokafka has generation -1 and an empty member id. A broker *accepts* these for a stable
    group, and an old worker could then commit. This function therefore raises ValueError.

    >>> group_metadata("g", -1, "")
    Traceback (most recent call last):
    ...
    ValueError: not a member of g: generation -1, member ''
    """
    if generation <= 0 or not member:
        raise ValueError(f"not a member of {group}: generation {generation}, member {member!r}")
    return pack_metadata(group, generation, member)


def producer_settings(options: CarrierOptions) -> dict[str, Any]:
    """Return the settings of the transactional producer."""
    return {
        **librdkafka(options),
        "transactional.id": options.transactional_id,
        "transaction.timeout.ms": int(options.transaction_timeout * 1000),
        "partitioner": "murmur2_random",  # librdkafka's default differs from that of all other Kafka clients
        "linger.ms": 5,
        "batch.size": 1 << 20,
        "compression.type": "lz4",
        "queue.buffering.max.messages": 2_000_000,  # a whole commit is in the queue before it is flushed
        "queue.buffering.max.kbytes": 1 << 20,
    }


class Transactions:
    """The only transactional producer of a worker. `write` runs on the commit thread only. Any failure in it ends the process.

    Safe to repeat: nothing was committed. A restarted worker opens the same transactional id, which aborts the open transaction.
    """

    def __init__(
        self,
        options: CarrierOptions,
        fail: Callable[[str], NoReturn] = die,
        connect: Callable[[dict[str, Any]], Producer] = Producer,
    ) -> None:
        self._options = options
        self._connect = connect
        self._fail = fail
        self._failpoint = Failpoint(options.failpoint)
        self._producer: Producer | None = None
        self._lost: KafkaError | None = None  # why a record of the transaction under way was not delivered
        self.done = 0

    def open(self) -> None:
        """Open the producer, which aborts a transaction that we left open. Call this before joining the group.

        Otherwise a recovery would have to wait for that transaction.
        """
        producer = self._connect(producer_settings(self._options))
        _init(producer)
        producer.begin_transaction()
        self._producer = producer

    def write(self, snapshot: Snapshot) -> None:
        """Commit the snapshot. If that fails, end the process."""
        try:
            self._write(snapshot)
        except BaseException as error:
            self._fail(f"a transaction failed, nothing of it was committed: {error!r}")

    def _write(self, snapshot: Snapshot) -> None:
        producer, options = self._get_producer(), self._options
        number = self.done + 1
        self._failpoint.pass_through("begun", number)
        self._lost = None
        _produce(producer, options.changelog, snapshot, self._note_delivery)
        # The states must be on the broker BEFORE the offsets join. A worker frozen in between then leaves an open transaction in the
        # changelog; its successor sees it and waits. In the other order, 76 outputs were published twice.
        if left := producer.flush(FLUSH_SECONDS):
            raise TimeoutError(f"{left} records were not delivered within {FLUSH_SECONDS:.0f} s")
        if self._lost is not None:
            raise UndeliveredError("a record of the transaction is not in the log", self._lost, "start the worker again: nothing is lost")
        self._failpoint.pass_through("flushed", number)
        positions = [TopicPartition(options.source, partition, position) for partition, position in snapshot.positions]
        producer.send_offsets_to_transaction(
            positions, group_metadata(options.app_id, snapshot.generation, snapshot.member), OFFSETS_SECONDS
        )
        self._failpoint.pass_through("joined", number)
        producer.commit_transaction(COMMIT_SECONDS)
        self._failpoint.pass_through("committed", number)
        producer.begin_transaction()
        self.done = number

    def _note_delivery(self, error: KafkaError | None, message: Message) -> None:
        self._lost = self._lost or undelivered(error, message)

    def _get_producer(self) -> Producer:
        if self._producer is None:
            raise RuntimeError("the transactional producer was not opened")
        return self._producer


def _init(producer: Producer) -> None:
    """Register the transactional id, in steps: no signal is obeyed during a step. Raises KafkaException."""
    give_up = monotonic() + START_SECONDS
    while True:
        try:
            return producer.init_transactions(START_STEP)
        except KafkaException as error:
            if not error.args[0].retriable() or monotonic() > give_up:
                raise


def _produce(producer: Producer, changelog: str, snapshot: Snapshot, report: Delivered) -> None:
    """Give a snapshot to the producer. `report` is called for every output, and for the first state of each partition.

    That is enough: only the first request to a partition can be lost without an error, and it contains the first record. Every output
    has a report because librdkafka chooses its partition. A report costs half a microsecond, which is too much for every state.
    """
    produce = producer.produce
    for topic, key, value, headers, partition in snapshot.outputs:
        produce(topic, value, key, -1 if partition is None else partition, on_delivery=report, headers=list(headers) or None)
    heard: set[int] = set()
    for number, key, value in snapshot.states:
        if number in heard:
            produce(changelog, value, key, number)
        else:
            heard.add(number)
            produce(changelog, value, key, number, on_delivery=report)
