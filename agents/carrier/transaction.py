"""A commit is one Kafka transaction: outputs, changed states, the partition records and the source offsets, or none of it."""

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, NoReturn

from confluent_kafka import KafkaError, Message, Producer, TopicPartition

from agents.carrier.delivery import Delivered, UndeliveredError, undelivered
from agents.carrier.exits import die
from agents.carrier.failpoints import Failpoint
from agents.carrier.options import CarrierOptions
from agents.carrier.security import librdkafka

FLUSH_SECONDS = 20.0
OFFSETS_SECONDS = 10.0
COMMIT_SECONDS = 30.0
START_SECONDS = 60.0


class Output(NamedTuple):
    """One record for a topic; without `partition` its key decides, as Kafka's own clients do (murmur2)."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]
    partition: int | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What one commit writes, set aside in a single tick, with the membership that owns it in that tick.

    A later membership must not vouch for it: the broker checks the member, not which partitions it holds (42 outputs twice).
    `positions` are (partition, next offset), `states` (partition, changelog key, bytes or None for a tombstone).
    """

    generation: int
    member: str
    positions: list[tuple[int, int]] = field(default_factory=list)
    states: list[tuple[int, bytes, bytes | None]] = field(default_factory=list)
    outputs: list[Output] = field(default_factory=list)


def pack_metadata(group: str, generation: int, member: str) -> bytes:
    """librdkafka's serialised group metadata, version 2; `guards` compares it with librdkafka's own at each start.

    >>> pack_metadata("g", 3, "m")
    b'CGMDv2:\\x03\\x00\\x00\\x00g\\x00m\\x00\\x01'
    """
    return b"CGMDv2:" + struct.pack("<i", generation) + group.encode() + b"\0" + member.encode() + b"\0\x01"


def group_metadata(group: str, generation: int, member: str) -> bytes:
    """The proof of membership that rides in a transaction, for a membership that aiokafka owns.

    Generation -1 with an empty member id, aiokafka's values after it was expelled, would be *accepted* by the broker on a
    stable group and fence nothing: hence refused here.

    >>> group_metadata("g", -1, "")
    Traceback (most recent call last):
    ...
    ValueError: not a member of g: generation -1, member ''
    """
    if generation <= 0 or not member:
        raise ValueError(f"not a member of {group}: generation {generation}, member {member!r}")
    return pack_metadata(group, generation, member)


def producer_settings(options: CarrierOptions) -> dict[str, Any]:
    """The transactional producer's settings, each with its reason."""
    return {
        **librdkafka(options),
        "transactional.id": options.transactional_id,
        "transaction.timeout.ms": int(options.transaction_timeout * 1000),
        "partitioner": "murmur2_random",  # librdkafka's default differs from every other Kafka client's
        "linger.ms": 5,
        "batch.size": 1 << 20,
        "compression.type": "lz4",
        "queue.buffering.max.messages": 2_000_000,  # a commit is handed over whole, then flushed
        "queue.buffering.max.kbytes": 1 << 20,
    }


class Transactions:
    """The one producer of a worker. Runs on the commit thread only; whatever fails in it ends the process.

    Safe to retry because nothing was committed: a restarted worker opens the same transactional id, which aborts what was open.
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
        """Our own leftovers are aborted. Before joining the group: a recovery must not wait for them."""
        producer = self._connect(producer_settings(self._options))
        producer.init_transactions(START_SECONDS)
        producer.begin_transaction()
        self._producer = producer

    def write(self, snapshot: Snapshot) -> None:
        """The snapshot is committed, or the process is gone."""
        try:
            self._write(snapshot)
        except BaseException as error:
            self._fail(f"a transaction failed, nothing of it was committed: {error!r}")

    def _write(self, snapshot: Snapshot) -> None:
        producer, options = self._opened(), self._options
        number = self.done + 1
        self._failpoint.pass_through("begun", number)
        self._lost = None
        _produce(producer, options.changelog, snapshot, self._note)
        # The states must be on the broker BEFORE the offsets join: a worker frozen in between leaves an open transaction
        # that its successor sees in the changelog and waits for. The other way round, 76 outputs came twice.
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

    def _note(self, error: KafkaError | None, message: Message) -> None:
        self._lost = self._lost or undelivered(error, message)

    def _opened(self) -> Producer:
        if self._producer is None:
            raise RuntimeError("the transactional producer was not opened")
        return self._producer


def _produce(producer: Producer, changelog: str, snapshot: Snapshot, report: Delivered) -> None:
    """Hand a snapshot over; `report` hears of every output, and of the first state of each partition.

    That is enough: only the first request to a partition can be lost without an error, and it holds the first record. Every output is
    heard of because librdkafka chooses its partition. A report costs half a microsecond, too much for every state.
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
