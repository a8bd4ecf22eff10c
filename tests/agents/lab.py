"""A journey worker without a broker: the real job on the real ledger, a list for a log, a list for what was committed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from agents.carrier.chunk import Chunk
from agents.carrier.ledger import Ledger
from agents.carrier.membership import Assignment, Held
from agents.carrier.partition import OwnedPartition
from agents.carrier.record import ROW, STATE, PartitionRecord
from agents.carrier.transaction import Output
from agents.journey.clock import Clock
from agents.journey.job import JourneyJob
from schemas.control import Control
from schemas.control.signing import SIGNATURE, place_of, signature
from schemas.outputs.rejections import Rejection
from schemas.topics import TOUCHPOINTS
from schemas.touchpoints.base import Touchpoint
from schemas.writing import encode
from streams.rules import Rules
from streams.state import Journey, Partition
from tests.agents.carrier.fakes import FakeRecord, fail, options

KEY, TOPIC_ID = b"a key for tests", "topic-id"
PLACE = place_of(TOPIC_ID, 0)
LATER = 1_798_000_000_000  # a log time behind every time in the stories
REJECTIONS = "journey.rejections.v1"


@dataclass
class FakeSender:
    """Keeps the ticks it is given, until somebody puts them into the log, or lets them fail."""

    waiting: list[tuple[int, bytes, bytes, bytes, Callable[[], None]]] = field(default_factory=list)

    def send(self, partition: int, key: bytes, value: bytes, signed: bytes, failed: Callable[[], None]) -> None:
        self.waiting.append((partition, key, value, signed, failed))

    def turn(self) -> None:
        """Nothing happens by itself here."""

    def taken(self) -> list[tuple[int, bytes, bytes, bytes, Callable[[], None]]]:
        """The ticks under way; they are no more."""
        waiting, self.waiting = self.waiting, []
        return waiting


class Lab:
    """A ledger that owns `numbers`, fed by hand. `committed` are the outputs of every commit; `states` what the changelog holds."""

    def __init__(
        self, rules: Rules | None = None, numbers: Sequence[int] = (0,), held: Held | None = None, job: JourneyJob | None = None
    ) -> None:
        self.job = job or JourneyJob(rules or Rules(), [KEY], fail)
        self.ledger: Ledger[Journey] = Ledger(
            options(source=TOUCHPOINTS, rejections=REJECTIONS, partitions=max(numbers) + 1), self.job, fail
        )
        assignment = Assignment(1, "member-1", frozenset(numbers))
        self.ledger.assign(assignment)
        for number in numbers:
            self.ledger.install(assignment, number, held or Held({}, 0, TOPIC_ID))
        self.ledger.open_gates(assignment, dict.fromkeys(numbers, 1))
        self.committed: list[Output] = []
        self.states: dict[bytes, bytes | None] = {}
        self.rows: dict[bytes, bytes | None] = {}
        self.records: dict[int, PartitionRecord] = {}

    def partition(self, number: int = 0) -> OwnedPartition[Journey]:
        """The partition as the worker holds it."""
        return self.ledger.owned[number]

    def shared(self, number: int = 0) -> Partition:
        """What the partition's journeys share, as of now."""
        shared: Partition = self.partition(number).body.shared
        return shared

    def feed(self, *records: FakeRecord, number: int = 0) -> None:
        """These records are read, in one chunk."""
        start = self.partition(number).position
        for offset, record in enumerate(records, start):
            record.offset, record.partition, record.topic = offset, number, TOUCHPOINTS
        self.ledger.accept(Chunk(number, 1, start, list(records)))

    def tell(self, touchpoints: Iterable[Touchpoint], number: int = 0, logged_at: int = LATER) -> None:
        """These touchpoints come through the direct door."""
        self.feed(*(record_of(touchpoint, logged_at) for touchpoint in touchpoints), number=number)

    def steer(self, control: Control, number: int = 0, key: bytes = b"control", logged_at: int = LATER) -> None:
        """This control record comes, signed."""
        self.feed(steering(control, key, logged_at, number=number), number=number)

    def commit(self) -> list[Output]:
        """Everything due is committed; returns the outputs of this commit."""
        snapshot = self.ledger.snapshot()
        if snapshot is None:
            return []
        for number, key, value in snapshot.states:
            if key[:1] == STATE:
                self.states[key[1:]] = value
            elif key[:1] == ROW:
                self.rows[key[1:]] = value
            elif value is not None:
                self.records[number] = PartitionRecord.decode(value)
        self.committed += snapshot.outputs
        self.ledger.confirm(snapshot, 0.0)
        return snapshot.outputs

    def rejections(self) -> list[Rejection]:
        """What was rejected and committed."""
        return [msgspec.json.decode(out.value or b"", type=Rejection) for out in self.committed if out.topic == REJECTIONS]

    def outcomes(self, number: int = 0) -> dict[str, int]:
        """The committed books of a partition."""
        return msgspec.msgpack.decode(self.records[number].body, type=Partition).outcomes

    def tick_until_quiet(self, clock: Clock, sender: FakeSender, logged_at: int = LATER) -> int:
        """The clock's rounds, each tick read from the log at once, until none is sent; returns how many were."""
        ticks = 0
        while clock.round(self.ledger):
            for number, key, value, signed, _ in sender.taken():
                ticks += 1
                self.feed(FakeRecord(0, key, value, timestamp=logged_at, headers=[(SIGNATURE, signed)]), number=number)
        return ticks


def record_of(touchpoint: Touchpoint, logged_at: int = LATER, **changes: Any) -> FakeRecord:
    """A touchpoint as a direct-door producer sends it."""
    given: dict[str, Any] = {"key": touchpoint.customer.encode(), "value": encode(touchpoint), "timestamp": logged_at}
    return FakeRecord(0, **{**given, **changes})


def steering(control: Control, key: bytes, logged_at: int = LATER, sign_with: bytes = KEY, number: int = 0) -> FakeRecord:
    """A control record with its signature, for the partition `number`."""
    value = msgspec.json.encode(control)
    return FakeRecord(0, key, value, timestamp=logged_at, headers=[(SIGNATURE, signature(sign_with, place_of(TOPIC_ID, number), value))])
