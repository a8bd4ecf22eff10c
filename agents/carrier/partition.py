"""What a worker holds of one partition: its journeys, what is not committed yet, and where the log goes on."""

from collections.abc import Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar

from agents.carrier.failures import Failures, RecordFailed, Unencodable
from agents.carrier.membership import Held
from agents.carrier.record import MAX_KEY, PARTITION_KEY, ROW, STATE, ConsumerRecord, PartitionRecord
from agents.carrier.rejections import rejection_record
from agents.carrier.transaction import Output

S = TypeVar("S")

MAX_VALUE = 900_000  # bytes; librdkafka refuses 1,000,001 with its overhead, and a refusal at commit time is a crash


class Job(Protocol[S]):
    """What an agent implements. Nothing here awaits; `S` is the state of one journey, and never bytes."""

    def encode(self, state: S) -> bytes: ...

    def decode(self, key: bytes, value: bytes) -> S: ...

    def load(self, partition: "OwnedPartition[S]", body: bytes, rows: Mapping[bytes, bytes]) -> None:
        """The states are here: hang what you keep per partition on `partition.body`. `body` is b"" the first time."""
        ...

    def rows(self, partition: "OwnedPartition[S]") -> Mapping[bytes, bytes | None]:
        """Rows beside the journeys to store with the commit that is being set aside; None deletes one."""
        ...

    def dump(self, partition: "OwnedPartition[S]") -> bytes:
        """The body to store with the commit that is being set aside."""
        ...

    def apply(self, partition: "OwnedPartition[S]", record: ConsumerRecord) -> None:
        """One record happens. If it raises, nothing of it remains and the record becomes a rejection."""
        ...


class OwnedPartition(Generic[S]):
    """One partition of the source, with the states of its journeys. Only the event loop touches it.

    `states` holds bytes for what rests and objects for what was touched lately; `position` is the next offset to apply,
    `taken` the one set aside for a commit, `committed` the one the broker has confirmed.
    """

    __slots__ = (
        "body", "changed", "committed", "epoch", "failures", "job", "limit", "live", "number", "outbox", "position", "refused", "rejected",
        "rejections", "states", "taken", "topic_id",
    )  # fmt: skip

    def __init__(self, job: Job[S], number: int, held: Held, *, limit: int, rejections: str, failures: Failures) -> None:
        self.job = job
        self.number = number
        self.position = self.taken = self.committed = held.position
        self.topic_id = held.topic_id
        self.limit = limit
        self.rejections = rejections
        self.failures = failures
        self.epoch: int | None = None  # the seek whose records may pass; None: none may
        self.states: dict[bytes, bytes | S] = dict(held.states)
        self.changed: dict[bytes, S | None] = {}
        self.live: dict[bytes, None] = {}  # keys of `states` that are objects, coldest first
        self.outbox: list[Output] = []
        self.rejected = 0
        self.refused = 0  # rejections since it was read, for the job to keep its books by
        self.body: Any = None

    @property
    def applied(self) -> int:
        """The last offset contained in the states; -1 before the first."""
        return self.position - 1

    @property
    def due(self) -> bool:
        """Something here is not yet set aside for a commit: a record, a state, or an output of a timer on an idle partition."""
        return bool(self.position != self.taken or self.changed or self.outbox)

    def get(self, key: bytes) -> S | None:
        """The live state of `key`, decoded now if it rested; None when there is none."""
        state = self.states.get(key)
        if type(state) is bytes:
            live = self.states[key] = self.job.decode(key, state)
            self.live[key] = None
            return live
        return state  # type: ignore[return-value]  # bytes were returned above; S is never bytes

    def put(self, key: bytes, state: S) -> None:
        """`state` is what the next commit writes for `key`. Call it again after each change of a state."""
        if len(key) > MAX_KEY:
            raise ValueError(f"a journey's key has {len(key)} bytes, more than {MAX_KEY}")
        self.states[key] = self.changed[key] = state

    def drop(self, key: bytes) -> None:
        """`key` is forgotten, here and at the next commit on the broker."""
        self.states.pop(key, None)
        self.live.pop(key, None)
        self.changed[key] = None

    def emit(
        self,
        topic: str,
        key: bytes | None,
        value: bytes | None,
        headers: Sequence[tuple[str, bytes]] = (),
        partition: int | None = None,
    ) -> None:
        """One output, visible to subscribers when this partition's next commit is, all or nothing."""
        if value is not None and len(value) > MAX_VALUE:
            raise ValueError(f"an output for {topic} has {len(value)} bytes, more than {MAX_VALUE}")
        self.outbox.append(Output(topic, key, value, headers, partition))

    def reject(self, record: ConsumerRecord, reason: str, error: str = "", detector: str = "") -> None:
        """`record` is accounted for as unusable, in the transaction that passes it by."""
        value, headers = rejection_record(record, reason, error, detector)
        key = record.key if record.key is None or len(record.key) <= MAX_KEY else None
        self.emit(self.rejections, key, value, headers)
        self.rejected += 1
        self.refused += 1

    def apply(self, records: Sequence[ConsumerRecord], *, keyed: bool) -> None:
        """The records happen, one by one; `position` follows each. Raises `RecordFailed` where our own code does."""
        apply = self._apply_carefully if self.failures else self.job.apply
        for record in records:
            try:
                if keyed and ((key := record.key) is None or len(key) > MAX_KEY):
                    self.reject(record, "no_key" if key is None else "key_too_long")
                else:
                    apply(self, record)
            except Exception as error:
                raise RecordFailed(record, error) from error
            self.position = record.offset + 1

    @staticmethod
    def _apply_carefully(partition: "OwnedPartition[S]", record: ConsumerRecord) -> None:
        """Where our own code has failed before: known failures are rejected, suspected states are encoded at once."""
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
        """The bytes of `state`; raises `Unencodable` where they cannot be stored."""
        try:
            value = self.job.encode(state)
        except Exception as error:
            raise Unencodable(key, f"encoding it raised {error!r}") from error
        if len(value) > MAX_VALUE:
            raise Unencodable(key, f"it has {len(value)} bytes, more than {MAX_VALUE}")
        return value

    def take(self) -> tuple[list[tuple[int, bytes, bytes | None]], list[Output]]:
        """What is due, encoded, states and outputs; from now on it counts as set aside. Raises `Unencodable` and takes nothing."""
        number, encoded = self.number, self.encoded
        values = {key: None if state is None else encoded(key, state) for key, state in self.changed.items()}
        rows = [(number, STATE + key, value) for key, value in values.items()]
        rows += [(number, ROW + key, value) for key, value in self.job.rows(self).items()]
        rows.append((number, PARTITION_KEY, PartitionRecord(self.position, self.topic_id, self.job.dump(self)).encode()))
        outputs, self.outbox, self.changed, self.taken = self.outbox, [], {}, self.position
        self.rest(values)
        return rows, outputs

    def confirm(self, position: int) -> None:
        """The broker has all before `position`: what failed before it is behind us."""
        self.committed = position
        if self.failures:
            self.failures.settle(position)

    def rest(self, values: dict[bytes, bytes | None]) -> None:
        """What was just written is warm; beyond the limit the coldest states are bytes again."""
        live, states = self.live, self.states
        for key, value in values.items():
            live.pop(key, None)
            if value is not None:
                live[key] = None
        for _ in range(len(live) - self.limit):
            key = next(iter(live))
            del live[key]
            state = states[key]
            if type(state) is not bytes:
                states[key] = values.get(key) or self.job.encode(state)  # type: ignore[arg-type]  # an object, see above
