"""The ledger: states and progress of the partitions that a worker owns. Progress is what was applied, not what Faust acknowledged."""

import logging
from collections.abc import Callable, Mapping
from time import monotonic
from traceback import format_tb
from typing import Any, Generic, NoReturn

from agents.carrier.blocked import Blocked
from agents.carrier.chunk import Chunk
from agents.carrier.exits import die
from agents.carrier.failures import FAILURES, WITHIN, Failures, RecordFailed, Unencodable
from agents.carrier.membership import Assignment, Counters, Held, Status
from agents.carrier.options import CarrierOptions
from agents.carrier.partition import Job, OwnedPartition, S
from agents.carrier.record import ConsumerRecord
from agents.carrier.transaction import Snapshot

log = logging.getLogger(__name__)


class Ledger(Generic[S]):
    """The only owner of state: it applies chunks and returns snapshots to commit.

    `owned` has a partition only after its states were read completely, for an assignment that was still the current one.
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
        self.committing_since: float | None = None  # monotonic seconds; None: no commit is under way
        self.lag: dict[int, int] = {}  # records by partition, see `ChunkThread.lags`
        self.blocked: dict[int, Blocked] = {}  # by partition: what waits behind somebody's open transaction
        self.after_commit: list[Callable[[int], None]] = []
        self.on_due: Callable[[], None] = lambda: None
        self.on_output: Callable[[], None] = lambda: None  # called after a chunk while outputs wait for a commit
        self.on_condemned: Callable[[int], None] = lambda _number: None
        self._before: Assignment | None = None
        self._failures: dict[int, Failures] = {}

    @property
    def generation(self) -> int | None:
        """The generation of the group in which this worker is a member; None during a rebalance."""
        return self.assignment.generation if self.assignment else None

    @property
    def ready(self) -> bool:  # it owns all its assigned partitions, which may be none
        return self.status == "running"

    @property
    def dirty(self) -> int:  # changed journeys that no commit has taken yet
        return sum(len(partition.changed) for partition in self.owned.values())

    def become(self, status: Status, reason: str = "") -> None:
        self.status, self.reason, self.since = status, reason, monotonic()

    # -- membership

    def close_gates(self) -> None:
        """Accept no more records until the next seek (the gate of every partition is closed). What was applied can still be committed."""
        for partition in self.owned.values():
            partition.epoch = None

    def revoke(self) -> None:
        """Close the gates and drop the membership. Nothing is committed until the next one: no generation would be valid for it."""
        self.close_gates()
        if self.assignment is not None:
            self._before = self.assignment
        self.assignment = None
        self.count.rebalances += 1
        self.become("rebalancing", "the group is distributing its partitions")

    def assign(self, assignment: Assignment) -> frozenset[int]:
        """Store the membership and return the partitions whose state must be read. All others keep their state: the same member
        owned them in the generation just before, so nobody else can have written. What is not kept is forgotten, uncommitted or not."""
        kept = assignment.partitions & self.owned.keys() if assignment.follows(self._before) else frozenset()
        for number in self.owned.keys() - kept:
            del self.owned[number]
        for number in self._failures.keys() - assignment.partitions:
            del self._failures[number]
        self.lag, self.blocked = {}, {}
        self.assignment = assignment
        self.become("recovering", f"reading the state of {len(assignment.partitions - kept)} partitions")
        return assignment.partitions - kept

    def install(self, assignment: Assignment, number: int, read: Held) -> None:
        """Own partition `number`, whose states were read completely. Does nothing if `assignment` is no longer the current one."""
        if assignment is not self.assignment or number not in assignment.partitions:
            return
        failures = self._failures.setdefault(number, Failures())
        partition = OwnedPartition(self.job, number, read, rejections=self.options.rejections, failures=failures)
        self.job.load(partition, read.body, read.rows)
        self.owned[number] = partition

    def open_gates(self, assignment: Assignment, epochs: Mapping[int, int]) -> None:
        """Accept records fetched after our seek. `epochs` has the number of the seek by partition."""
        if assignment is not self.assignment:
            return
        for number, epoch in epochs.items():
            if number in self.owned:
                self.owned[number].epoch = epoch
        if all(number in self.owned for number in assignment.partitions):
            self.become("running")

    # -- events

    def accept(self, chunk: Chunk) -> None:
        """Apply a chunk, record by record. A chunk fetched before our last seek is ignored: its records come again. Any other must
        begin where the one before ended. After a hole, the next commit would make a loss permanent, so the process ends."""
        partition = self.owned.get(chunk.partition)
        if partition is None or partition.epoch != chunk.epoch:
            return
        if chunk.start != partition.position:
            self.fail(f"partition {chunk.partition} goes on at {chunk.start} in place of {partition.position}: records are missing")
        try:
            partition.apply(chunk.records, keyed=self.options.keyed)
        except RecordFailed as failed:
            self._condemn(partition, failed.record, failed.error)
        self._account(chunk, partition)

    def _account(self, chunk: Chunk, partition: OwnedPartition[S]) -> None:
        self.count.note_applied(len(chunk.records), partition.rejected)
        partition.rejected = 0
        if partition.failures or self.dirty >= self.options.commit_dirty:
            self.on_due()
        elif partition.outbox:
            self.on_output()

    def _condemn(self, partition: OwnedPartition[S], record: ConsumerRecord, error: Exception) -> None:
        """Forget the partition with all since its last commit: our own code failed while it applied `record` and may have left wrong
        state. The partition is then read again, and the record at this offset is rejected."""
        number = partition.number
        frames = "".join(format_tb(error.__traceback__))  # without the message, which may contain customer data
        log.error("partition %d offset %d: our own code raised %s\n%s", number, record.offset, type(error).__name__, frames)
        self.count.failures += 1
        if partition.failures.add(record.offset, f"{type(error).__name__}: {error}"):
            self.fail(f"our own code failed on more than {FAILURES} of {WITHIN} records of partition {number}: {error!r}")
        self.forget(number)

    def forget(self, number: int) -> None:
        """Give up partition `number` until it has been read again. Calls `on_condemned`, which starts the reading."""
        self.owned.pop(number, None)
        self.on_condemned(number)

    # -- commits

    def snapshot(self) -> Snapshot | None:
        """Return all that is due, encoded, with the membership that owns it now; None if nothing is due. Never awaits."""
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
                self._suspect(partition, error)
                continue
            snapshot.positions.append((number, partition.position))
            snapshot.states.extend(states)
            snapshot.outputs.extend(outputs)
        return snapshot if snapshot.positions else None

    def _suspect(self, partition: OwnedPartition[S], error: Unencodable) -> None:
        """Forget the partition, because a state of it cannot be written. While it is read again, that state is encoded after each
        record, to find the record that caused this. If a commit meets the same key again, the process ends."""
        number, suspects = partition.number, partition.failures.suspects
        if error.key in suspects:
            self.fail(f"the state of one key of partition {number} cannot be written: {error}")
        log.error("partition %d: a state cannot be written (%s); reading the partition again", number, error)
        suspects.add(error.key)
        self.forget(number)

    def confirm(self, snapshot: Snapshot, seconds: float) -> None:
        """Record that the broker has committed the snapshot. Calls the `after_commit` callbacks for each partition."""
        self.count.note_commit(seconds)
        for number, position in snapshot.positions:
            if number in self.owned:
                self.owned[number].confirm(position)
            for callback in self.after_commit:
                callback(number)


AnyLedger = Ledger[Any]
