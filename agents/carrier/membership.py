"""Plain values: the worker's membership in the group, what recovery read of a partition, and counters of what happened."""

from dataclasses import dataclass, field
from time import monotonic
from typing import Literal

Status = Literal["waiting", "rebalancing", "recovering", "running"]


@dataclass(frozen=True, slots=True, eq=False)
class Assignment:
    """The partitions of this worker and the membership that gives them. Stored when they were assigned; compared by identity."""

    generation: int
    member: str
    partitions: frozenset[int]

    def follows(self, before: "Assignment | None") -> bool:
        """Return whether this is the same member in the next generation. Nobody else can then have written to partitions in both.

        >>> first = Assignment(3, "m", frozenset({0}))
        >>> Assignment(4, "m", frozenset({0})).follows(first), Assignment(4, "n", frozenset({0})).follows(first)
        (True, False)
        """
        return before is not None and before.member == self.member and before.generation + 1 == self.generation


@dataclass(frozen=True, slots=True)
class Held:
    """What recovery read of one partition: states as bytes by journey key, and the next offset to apply."""

    states: dict[bytes, bytes]
    position: int
    topic_id: str
    body: bytes = b""
    rows: dict[bytes, bytes] = field(default_factory=dict)  # what the job stores beside its journeys


@dataclass(slots=True)
class Counters:
    """What happened in this process so far, in counts and seconds. Metrics read them; no decision depends on them."""

    events: int = 0
    commits: int = 0
    commit_seconds: float = 0.0
    committed_at: float = 0.0  # monotonic seconds of the last commit
    rejected: int = 0
    failures: int = 0  # our own exceptions
    rebalances: int = 0
    recovery_records: int = 0
    recovery_seconds: float = 0.0

    def note_applied(self, events: int, rejected: int) -> None:
        """So many records were applied, so many of them rejected."""
        self.events += events
        self.rejected += rejected

    def note_commit(self, seconds: float) -> None:
        """The broker has made a commit; it took so long."""
        self.commits += 1
        self.commit_seconds += seconds
        self.committed_at = monotonic()
