"""One partition that a worker owns: its journeys, its uncommitted changes, and the next offset to apply."""

from collections.abc import Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar

from agents.carrier.failures import Failures, RecordFailed, Unencodable
from agents.carrier.membership import Held
from agents.carrier.record import DAMAGED, MAX_KEY, PARTITION_KEY, ROW, STATE, ConsumerRecord, PartitionRecord, Unreadable
from agents.carrier.rejections import rejection_record
from agents.carrier.transaction import Output

S = TypeVar("S")

MAX_VALUE = 900_000  # bytes; librdkafka refuses 1,000,001 including overhead, and a refusal during a commit ends the process


class Job(Protocol[S]):
    """The work that a role does with records. Nothing here awaits. `S` is the state of one journey; it is never bytes."""

    def encode(self, state: S) -> bytes: ...

    def decode(self, key: bytes, value: bytes) -> S: ...

    def load(self, partition: "OwnedPartition[S]", body: bytes, rows: Mapping[bytes, bytes]) -> None:
        """Set `partition.body`, the job's own state of a partition. All states were read. `body` is b"" the first time."""

    def rows(self, partition: "OwnedPartition[S]") -> Mapping[bytes, bytes | None]:
        """Return the rows to store beside the journeys in the commit that is being taken; None as a value deletes a row."""

    def dump(self, partition: "OwnedPartition[S]") -> bytes:
        """Return the body to store in the commit that is being taken."""

    def apply(self, partition: "OwnedPartition[S]", record: ConsumerRecord) -> None:
        """Apply one record. If this raises, nothing of the record remains and it becomes a rejection."""


class OwnedPartition(Generic[S]):
    """One partition of the source, with the states of its journeys. Only the event loop may use it.

    `states` has objects for journeys that were used since the last commit was taken, and bytes for all others: bytes lie side by side in
    memory and take a tenth of it. `position` is the next offset to apply. `taken` is the position that was taken for a commit,
    `committed` the one that the broker has confirmed.
    """

    __slots__ = (
        "body", "changed", "committed", "damaged", "epoch", "failures", "job", "number", "outbox", "position", "read", "refused",
        "rejected", "rejections", "states", "taken", "topic_id",
    )  # fmt: skip

    def __init__(self, job: Job[S], number: int, held: Held, *, rejections: str, failures: Failures) -> None:
        self.job = job
        self.number = number
        self.position = self.taken = self.committed = held.position
        self.topic_id = held.topic_id
        self.rejections = rejections
        self.failures = failures
        self.epoch: int | None = None  # number of the seek whose records are accepted; None: no records are
        self.states: dict[bytes, bytes | S] = dict(held.states)
        self.changed: dict[bytes, S | None] = {}
        self.read: dict[bytes, bytes] = {}  # the bytes of the states that were decoded since the last commit
        self.outbox: list[Output] = []
        self.rejected = 0
        self.refused = 0  # rejections since the partition was read; the job counts with it
        self.damaged: Unreadable | None = None  # what only a person may pass by: the process ends once all before it is committed
        self.body: Any = None

    @property
    def due(self) -> bool:
        """Whether a commit has something to take: a record, a state, or an output of a timer on an idle partition."""
        return bool(self.position != self.taken or self.changed or self.outbox)

    def get(self, key: bytes) -> S | None:
        """Return the state of `key`, or None. A state that was bytes is decoded, and is an object until the next commit is taken."""
        state = self.states.get(key)
        if type(state) is bytes:
            self.read[key] = state
            live = self.states[key] = self.job.decode(key, state)
            return live
        return state  # type: ignore[return-value]  # bytes were returned above; S is never bytes

    def put(self, key: bytes, state: S) -> None:
        """Set the state that the next commit writes for `key`, after each change of it. Raises ValueError if the key is too long."""
        if len(key) > MAX_KEY:
            raise ValueError(f"a journey's key has {len(key)} bytes, more than {MAX_KEY}")
        self.states[key] = self.changed[key] = state

    def drop(self, key: bytes) -> None:
        """Delete the state of `key`: here now, on the broker with the next commit."""
        self.states.pop(key, None)
        self.read.pop(key, None)
        self.changed[key] = None

    def emit(
        self, topic: str, key: bytes | None, value: bytes | None, headers: Sequence[tuple[str, bytes]] = (), partition: int | None = None
    ) -> None:
        """Add one output to the next commit. Subscribers see it together with all else of that commit, or not at all.

        Raises ValueError if the value is too large.
        """
        if value is not None and len(value) > MAX_VALUE:
            raise ValueError(f"an output for {topic} has {len(value)} bytes, more than {MAX_VALUE}")
        self.outbox.append(Output(topic, key, value, headers, partition))

    def reject(self, record: ConsumerRecord, reason: str, error: str = "", detector: str = "") -> None:
        """Emit a rejection of `record`. The same transaction moves the position past the record."""
        key = record.key if len(record.key or b"") <= MAX_KEY else None
        self.emit(self.rejections, key, *rejection_record(record, reason, error, detector))
        self.rejected += 1
        self.refused += 1

    def keep(self, record: ConsumerRecord, reason: str, error: str) -> None:
        """Emit a rejection in part of `record`: its touchpoints were emitted, and `error` names what could not be read of them."""
        self.emit(self.rejections, (record.key or b"")[:MAX_KEY] or None, *rejection_record(record, reason, error, in_part=True))

    def apply(self, records: Sequence[ConsumerRecord], *, keyed: bool) -> None:
        """Apply the records one by one and update `position` after each. Raises `RecordFailed` if our own code raises."""
        apply = self._apply_carefully if self.failures else self.job.apply
        for record in records:
            try:
                if type(record) is Unreadable:
                    self._pass_by(record)
                elif keyed and ((key := record.key) is None or len(key) > MAX_KEY):
                    self.reject(record, "no_key" if key is None else "key_too_long")
                else:
                    apply(self, record)
            except Exception as error:
                raise RecordFailed(record, error) from error
            self.position = record.offset + 1

    def _pass_by(self, record: Unreadable) -> None:
        """Reject what cannot be read. At a damaged batch, stand still and note it: only a person may pass that by."""
        if record.reason == DAMAGED:
            self.damaged = record
        else:
            self.reject(record, record.reason, record.error)

    @staticmethod
    def _apply_carefully(partition: "OwnedPartition[S]", record: ConsumerRecord) -> None:
        """Apply one record in a partition with earlier failures. Reject known failures. Raises `Unencodable` for a suspected state."""
        failures = partition.failures
        if (error := failures.skips.get(record.offset)) is not None:
            partition.reject(record, "failed", error)
            return
        partition.job.apply(partition, record)
        for key in failures.suspects:
            state = partition.changed.get(key)
            if state is not None:
                partition.encoded(key, state)

    def encoded(self, key: bytes, state: S) -> bytes:
        """Return the bytes of `state`. Raises `Unencodable` if they cannot be stored."""
        try:
            value = self.job.encode(state)
        except Exception as error:
            raise Unencodable(key, f"encoding it raised {error!r}") from error
        if len(value) > MAX_VALUE:
            raise Unencodable(key, f"it has {len(value)} bytes, more than {MAX_VALUE}")
        return value

    def take(self) -> tuple[list[tuple[int, bytes, bytes | None]], list[Output]]:
        """Return the states (encoded) and outputs that are due, and mark them as taken. If it raises `Unencodable`, nothing is taken."""
        number, encoded = self.number, self.encoded
        values = {key: None if state is None else encoded(key, state) for key, state in self.changed.items()}
        rows = [(number, STATE + key, value) for key, value in values.items()]
        rows += [(number, ROW + key, value) for key, value in self.job.rows(self).items()]
        rows.append((number, PARTITION_KEY, PartitionRecord(self.position, self.topic_id, self.job.dump(self)).encode()))
        outputs, self.outbox, self.changed, self.taken = self.outbox, [], {}, self.position
        self._rest(values)
        return rows, outputs

    def confirm(self, position: int) -> None:
        """Record that all before `position` is committed. Failures before it are forgotten."""
        self.committed = position
        if self.failures:
            self.failures.settle(position)

    def _rest(self, values: dict[bytes, bytes | None]) -> None:
        """Keep as bytes again what was an object: as it was just written, or as it was read if it did not change."""
        self.states.update(self.read)
        self.read.clear()
        for key, value in values.items():
            if value is not None:
                self.states[key] = value
