"""State and progress of the partitions a worker owns. Progress is what was applied here, never what Faust acknowledged."""

import logging
from collections.abc import Callable, Mapping
from time import monotonic
from traceback import format_tb
from typing import Any, Generic, NoReturn

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
        self.committing_since: float | None = None  # monotonic seconds; None: no commit is under way
        self.lag: dict[int, int] = {}  # last stable offset minus the consumer's position
        self.after_commit: list[Callable[[int], None]] = []
        self.on_due: Callable[[], None] = lambda: None
        self.on_condemned: Callable[[int], None] = lambda _number: None
        self._before: Assignment | None = None
        self._failures: dict[int, Failures] = {}

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
        kept = assignment.partitions & self.owned.keys() if assignment.follows(self._before) else frozenset()
        for number in self.owned.keys() - kept:
            del self.owned[number]
        for number in self._failures.keys() - assignment.partitions:
            del self._failures[number]
        self.lag = {}
        self.assignment = assignment
        self.become("recovering", f"reading the state of {len(assignment.partitions - kept)} partitions")
        return assignment.partitions - kept

    def install(self, assignment: Assignment, number: int, read: Held) -> None:
        """`number` is owned: its states were read whole, for this assignment and no other."""
        if assignment is not self.assignment or number not in assignment.partitions:
            return
        limit, rejections = self.options.live_limit, self.options.rejections
        failures = self._failures.setdefault(number, Failures())
        partition = OwnedPartition(self.job, number, read, limit=limit, rejections=rejections, failures=failures)
        self.job.load(partition, read.body, read.rows)
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
            return
        if chunk.start != partition.position:
            self.fail(f"partition {chunk.partition} goes on at {chunk.start} in place of {partition.position}: records are missing")
        try:
            partition.apply(chunk.records, keyed=self.options.keyed)
        except RecordFailed as failed:
            self._condemn(partition, failed.record, failed.error)
        self._account(chunk, partition)

    def _account(self, chunk: Chunk, partition: OwnedPartition[S]) -> None:
        self.count.events += len(chunk.records)
        self.count.rejected += partition.rejected
        partition.rejected = 0
        if partition.failures or self.dirty >= self.options.commit_dirty:
            self.on_due()

    def _condemn(self, partition: OwnedPartition[S], record: ConsumerRecord, error: Exception) -> None:
        """Our own code failed in the middle of `record`: no one can tell what it left behind. The partition is forgotten with
        everything since its last commit, read again, and this offset rejected on the way."""
        number = partition.number
        frames = "".join(format_tb(error.__traceback__))  # without the message: it may quote a customer
        log.error("partition %d offset %d: our own code raised %s\n%s", number, record.offset, type(error).__name__, frames)
        self.count.failures += 1
        if partition.failures.add(record.offset, f"{type(error).__name__}: {error}"):
            self.fail(f"our own code failed on more than {FAILURES} of {WITHIN} records of partition {number}: {error!r}")
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
                self._suspect(partition, error)
                continue
            snapshot.positions.append((number, partition.position))
            snapshot.states.extend(states)
            snapshot.outputs.extend(outputs)
        return snapshot if snapshot.positions else None

    def _suspect(self, partition: OwnedPartition[S], error: Unencodable) -> None:
        """A state cannot be written. Which record made it so is found by reading again, one encoding after each record."""
        number, suspects = partition.number, partition.failures.suspects
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


AnyLedger = Ledger[Any]
