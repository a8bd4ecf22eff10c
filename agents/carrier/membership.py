"""Who we are in the group, what was found for us to own, and what happened since: plain values."""

from dataclasses import dataclass, field
from typing import Literal

Status = Literal["waiting", "rebalancing", "recovering", "running"]


@dataclass(frozen=True, slots=True, eq=False)
class Assignment:
    """Which partitions are ours, by which membership; frozen when they were assigned, and compared by identity."""

    generation: int
    member: str
    partitions: frozenset[int]

    def follows(self, before: "Assignment | None") -> bool:
        """The same member in the very next generation: nobody else can have written to what both have.

        >>> first = Assignment(3, "m", frozenset({0}))
        >>> Assignment(4, "m", frozenset({0})).follows(first), Assignment(4, "n", frozenset({0})).follows(first)
        (True, False)
        """
        return before is not None and before.member == self.member and before.generation + 1 == self.generation


@dataclass(frozen=True, slots=True)
class Held:
    """What recovery found of one partition: states as bytes by journey key, and where the log goes on."""

    states: dict[bytes, bytes]
    position: int
    topic_id: str
    body: bytes = b""
    rows: dict[bytes, bytes] = field(default_factory=dict)  # what the job keeps beside its journeys


@dataclass(slots=True)
class Counters:
    """What happened in this process so far. Counts and seconds; metrics read them, nothing decides from them."""

    events: int = 0
    commits: int = 0
    commit_seconds: float = 0.0
    committed_at: float = 0.0  # monotonic seconds of the last commit
    rejected: int = 0
    failures: int = 0  # our own exceptions
    rebalances: int = 0
    recovery_records: int = 0
    recovery_seconds: float = 0.0
