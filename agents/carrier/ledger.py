"""State and progress of the partitions a worker owns. Progress is what was applied here, never what Faust acknowledged."""

import logging
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any, Generic, Literal, NoReturn

from agents.carrier.chunk import Chunk
from agents.carrier.exits import die
from agents.carrier.options import CarrierOptions
from agents.carrier.partition import Job, OwnedPartition, S, Unencodable
from agents.carrier.record import MAX_KEY, ConsumerRecord
from agents.carrier.transaction import Snapshot

log = logging.getLogger(__name__)

Status = Literal["waiting", "rebalancing", "recovering", "running"]
FAILURES, FAILURES_WITHIN = 1_000, 10_000  # our own exceptions, in so many offsets: beyond that the topic would be emptied


@dataclass(frozen=True, slots=True)
class Assignment:
    """Which partitions are ours, by which membership; frozen when they were assigned, compared by identity."""

    generation: int
    member: str
    partitions: frozenset[int]


@dataclass(slots=True)
class Counters:
    """What happened so far, for metrics to read. Seconds and counts since the worker started."""

    events: int = 0
    commits: int = 0
    commit_seconds: float = 0.0
    committed_at: float = 0.0  # monotonic seconds of the last commit
    rejected: int = 0
    failures: int = 0
    rebalances: int = 0
    recovery_records: int = 0
    recovery_seconds: float = 0.0
    stale_chunks: int = 0


class Ledger(Generic[S]):
    """The one owner of state: takes chunks in, gives snapshots out.

    `owned` has a partition only when its states were read completely, for an assignment that was still current then.
    """

    def __init__(self, options: CarrierOptions, job: Job[S], fail: Callable[[str], NoReturn] = die) -> None:
        self.options = options
        self.job = job
        self.fail = fail
        self.owned: dict[int, OwnedPartition[S]] = {}
        self.assignment: Assignment | None = None
        self.status: Status = "waiting"
        self.reason = "not a member of the group yet"
        self.since = monotonic()
        self.count = Counters()
        self.lag: dict[int, int] = {}  # last stable offset minus the consumer's position
        self.after_commit: list[Callable[[int], None]] = []
        self.on_due: Callable[[], None] = lambda: None
        self.on_condemned: Callable[[int], None] = lambda _number: None
        self._before: Assignment | None = None
        self._skips: dict[int, dict[int, str]] = {}
        self._suspects: dict[int, set[bytes]] = {}
        self._failed: dict[int, deque[int]] = {}

    @property
    def generation(self) -> int | None:
        """The group's generation we are a member of; None during a rebalance."""
        return self.assignment.generation if self.assignment else None

    @property
    def ready(self) -> bool:
        """Running, with all its partitions or with none to have."""
        return self.status == "running"

    @property
    def dirty(self) -> int:
        """Changed journeys that no commit has set aside yet."""
        return sum(len(partition.changed) for partition in self.owned.values())

    def become(self, status: Status, reason: str = "") -> None:
        self.status, self.reason, self.since = status, reason, monotonic()

    # -- membership

    def close_gates(self) -> None:
        """Nothing that was fetched before the next seek passes any more; what was applied can still be committed."""
        for partition in self.owned.values():
            partition.epoch = None

    def revoke(self) -> None:
        """Between two memberships nothing is committed: no generation vouches for it."""
        self.close_gates()
        if self.assignment is not None:
            self._before = self.assignment
        self.assignment = None
        self.count.rebalances += 1
        self.become("rebalancing", "the group is distributing its partitions")

    def assign(self, assignment: Assignment) -> frozenset[int]:
        """The partitions that must be read. What the same member owned in the very generation before is kept: nobody else
        can have written since. All else is forgotten, with its unwritten states and outputs."""
        before = self._before
        follows = before is not None and before.member == assignment.member and before.generation + 1 == assignment.generation
        kept = assignment.partitions & self.owned.keys() if follows else frozenset()
        for number in self.owned.keys() - kept:
            del self.owned[number]
        for memory in (self._skips, self._suspects, self._failed, self.lag):
            for number in memory.keys() - assignment.partitions:
                memory.pop(number)  # type: ignore[attr-defined]
        self.assignment = assignment
        self.become("recovering", f"reading the state of {len(assignment.partitions - kept)} partitions")
        return assignment.partitions - kept

    def install(self, assignment: Assignment, number: int, read: "Held") -> None:
        """`number` is owned: its states were read whole, for this assignment and no other."""
        if assignment is not self.assignment or number not in assignment.partitions:
            return
        limit, rejections = self.options.live_limit, self.options.rejections
        partition = OwnedPartition(self.job, number, read.position, limit=limit, rejections=rejections, topic_id=read.topic_id)
        partition.states.update(read.states)
        partition.skips = self._skips.setdefault(number, {})
        partition.suspects = self._suspects.setdefault(number, set())
        self.job.load(partition, read.body)
        self.owned[number] = partition

    def open_gates(self, assignment: Assignment, epochs: Mapping[int, int]) -> None:
        """Records fetched since our own seek may pass; each partition stands where the seek put it."""
        if assignment is not self.assignment:
            return
        for number, epoch in epochs.items():
            if number in self.owned:
                self.owned[number].epoch = epoch
        if all(number in self.owned for number in assignment.partitions):
            self.become("running")

    # -- events

    def accept(self, chunk: Chunk) -> None:
        """A chunk happens, record by record. It must begin where the one before it ended: a hole is a loss about to be
        committed, so the process ends instead. What was fetched before our last seek will come again, and is passed by."""
        partition = self.owned.get(chunk.partition)
        if partition is None or partition.epoch != chunk.epoch:
            self.count.stale_chunks += 1
            return
        if chunk.start != partition.position:
            self.fail(f"partition {chunk.partition} goes on at {chunk.start} in place of {partition.position}: records are missing")
        apply = self.job.apply if not (partition.skips or partition.suspects) else self._apply_carefully
        keyed = self.options.keyed
        record = None
        try:
            for record in chunk.records:
                if keyed and (record.key is None or len(record.key) > MAX_KEY):
                    partition.reject(record, "no_key" if record.key is None else "key_too_long")
                else:
                    apply(partition, record)
                partition.position = record.offset + 1
        except Exception as error:
            if record is None:
                raise
            self._condemn(partition, record, error)
        self._account(chunk, partition)

    def _apply_carefully(self, partition: OwnedPartition[S], record: ConsumerRecord) -> None:
        """As `apply`, where our own code has failed before: known failures are rejected, suspected states are encoded at once."""
        if (error := partition.skips.get(record.offset)) is not None:
            partition.reject(record, "failed", error)
            self.on_due()
            return
        self.job.apply(partition, record)
        for key in partition.suspects:
            state = partition.changed.get(key)
            if state is not None:
                partition.encoded(key, state)

    def _account(self, chunk: Chunk, partition: OwnedPartition[S]) -> None:
        self.count.events += len(chunk.records)
        self.count.rejected += partition.rejected
        partition.rejected = 0
        if len(partition.changed) * len(self.owned) >= self.options.commit_dirty:
            self.on_due()

    def _condemn(self, partition: OwnedPartition[S], record: ConsumerRecord, error: Exception) -> None:
        """Our own code failed in the middle of `record`: no one can tell what it left behind. The partition is forgotten with
        everything since its last commit, read again, and this offset rejected on the way."""
        number = partition.number
        log.error("partition %d offset %d: %r", number, record.offset, error, exc_info=error)
        self._skips.setdefault(number, {})[record.offset] = f"{type(error).__name__}: {error}"
        self.count.failures += 1
        failed = self._failed.setdefault(number, deque())
        failed.append(record.offset)
        while failed[0] <= record.offset - FAILURES_WITHIN:
            failed.popleft()
        if len(failed) > FAILURES:
            self.fail(f"our own code failed on {len(failed)} of the last {FAILURES_WITHIN} records of partition {number}: {error!r}")
        self.forget(number)

    def forget(self, number: int) -> None:
        """`number` is not owned until it has been read again."""
        self.owned.pop(number, None)
        self.on_condemned(number)

    # -- commits

    def snapshot(self) -> Snapshot | None:
        """All that is due, encoded, with the membership that owns it now; None when nothing is. One tick, no await."""
        assignment = self.assignment
        if assignment is None:
            return None
        snapshot = Snapshot(assignment.generation, assignment.member)
        for number, partition in list(self.owned.items()):
            if not partition.due:
                continue
            try:
                states, outputs = partition.take()
            except Unencodable as error:
                self._suspect(number, error)
                continue
            snapshot.positions.append((number, partition.position))
            snapshot.states.extend(states)
            snapshot.outputs.extend(outputs)
        return snapshot if snapshot.positions else None

    def _suspect(self, number: int, error: Unencodable) -> None:
        """A state cannot be written. Which record made it so is found by reading again, one encoding after each record."""
        suspects = self._suspects.setdefault(number, set())
        if error.key in suspects:
            self.fail(f"the state of one key of partition {number} cannot be written: {error}")
        log.error("partition %d: a state cannot be written (%s); reading the partition again", number, error)
        suspects.add(error.key)
        self.forget(number)

    def confirm(self, snapshot: Snapshot, seconds: float) -> None:
        """The broker has it. Told to whoever waits for commits, partition by partition."""
        self.count.commits += 1
        self.count.commit_seconds += seconds
        self.count.committed_at = monotonic()
        for number, position in snapshot.positions:
            if number in self.owned:
                self.owned[number].confirm(position)
            for callback in self.after_commit:
                callback(number)


@dataclass(frozen=True, slots=True)
class Held:
    """What recovery found of one partition: states as bytes by journey key, and where the log goes on."""

    states: dict[bytes, bytes]
    position: int
    topic_id: str
    body: bytes = b""


AnyLedger = Ledger[Any]
