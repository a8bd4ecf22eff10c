"""Our own stand-ins: a log record, a broker's answers, a producer, and a ledger whose end can be seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn, cast

from confluent_kafka import Message, Producer

from agents.carrier.chunk import Chunk
from agents.carrier.ledger import Ledger
from agents.carrier.membership import Assignment, Held
from agents.carrier.options import CarrierOptions
from agents.carrier.record import ConsumerRecord
from agents.carrier.transaction import Snapshot
from tests.agents.carrier.counting import Counting, State


class Died(BaseException):
    """In place of the end of the process; not an Exception, so that nothing on the way can swallow it."""


def fail(cause: str) -> NoReturn:
    raise Died(cause)


def options(**changes: Any) -> CarrierOptions:
    given: dict[str, Any] = {"worker": "w", "source": "in", "partitions": 4, "data_dir": Path("nowhere"), "rejections": "no"}
    return CarrierOptions(**{**given, **changes})


@dataclass
class FakeRecord:
    """What aiokafka would hand us."""

    offset: int
    key: bytes | None = b"c1"
    value: bytes | None = b"{}"
    topic: str = "in"
    partition: int = 0
    timestamp: int = 1_767_225_600_000
    headers: Sequence[tuple[str, bytes]] = ()


def chunk(start: int, count: int = 3, *, partition: int = 0, epoch: int = 1, **record: Any) -> Chunk:
    records: list[ConsumerRecord] = [FakeRecord(start + i, partition=partition, **record) for i in range(count)]
    return Chunk(partition, epoch, start, records)


def ledger_of(job: Any = None, **changes: Any) -> Ledger[State]:
    """A ledger that has asked for nothing yet."""
    return Ledger(options(**changes), job or Counting("out"), fail)


def running(numbers: Sequence[int] = (0,), job: Any = None, **changes: Any) -> Ledger[State]:
    """A ledger that owns empty partitions in generation 1, gates open at seek 1, positions at 0."""
    ledger = ledger_of(job, **changes)
    assignment = Assignment(1, "member-1", frozenset(numbers))
    ledger.assign(assignment)
    own(ledger, assignment, numbers)
    return ledger


def own(ledger: Ledger[State], assignment: Assignment, numbers: Sequence[int], held: Held | None = None, epoch: int = 1) -> None:
    for number in numbers:
        ledger.install(assignment, number, held or Held({}, 0, "topic-id"))
    ledger.open_gates(assignment, dict.fromkeys(numbers, epoch))


def taken(ledger: Ledger[State]) -> Snapshot:
    """The snapshot there must be."""
    snapshot = ledger.snapshot()
    assert snapshot is not None
    return snapshot


@dataclass
class FakeProducer:
    """Writes down what is asked of it, in order; `left` records stay undelivered, those to `unplaced` get no offset."""

    settings: dict[str, Any]
    left: int = 0
    unplaced: str = ""
    reports: list[tuple[Callable[[None, Message], None], Message]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    written: list[tuple[str, bytes | None, bytes | None]] = field(default_factory=list)

    def init_transactions(self, _timeout: float) -> None:
        self.calls.append("init")

    def begin_transaction(self) -> None:
        self.calls.append("begin")

    def produce(
        self, topic: str, value: bytes | None, key: bytes | None, _partition: int, on_delivery: Any = None, headers: Any = None
    ) -> None:
        self.calls.append(f"produce {topic}")
        self.written.append((topic, key, value))
        if on_delivery is not None:
            told = Message(topic=topic) if topic == self.unplaced else Message(topic=topic, offset=len(self.written))
            self.reports.append((on_delivery, told))

    def flush(self, _timeout: float) -> int:
        self.calls.append("flush")
        for report, told in self.reports:
            report(None, told)
        self.reports.clear()
        return self.left

    def send_offsets_to_transaction(self, positions: list[Any], _metadata: bytes, _timeout: float) -> None:
        self.calls.append(f"offsets {[(tp.partition, tp.offset) for tp in positions]}")

    def commit_transaction(self, _timeout: float) -> None:
        self.calls.append("commit")


def connector(made: list[FakeProducer], left: int = 0, unplaced: str = "") -> Callable[[dict[str, Any]], Producer]:
    def connect(settings: dict[str, Any]) -> Producer:
        made.append(FakeProducer(settings, left, unplaced))
        return cast(Producer, made[-1])

    return connect
