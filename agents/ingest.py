"""The ingest role: it reads events of any accepted format under any key, and writes touchpoints under the customer's key.

Safe to repeat: one transaction writes a touchpoint and moves the position past its original. No step inside Sojourn ever writes a
touchpoint twice. A partition of the input topic is read in order, and a customer's key always leads to the same output partition. So
events of one customer that came in order through one partition stay in order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import TypeAlias

import msgspec

from agents.carrier.partition import OwnedPartition
from agents.carrier.record import ConsumerRecord
from agents.journey.counters import OutputCounts
from agents.running.intake import Intake, count_ahead, count_batch, keep_marks
from agents.running.rows import row_fault
from agents.running.runs import AHEAD_BY, Runs, count_found, handed_on, run_of
from agents.running.wall_clock import wall_ms
from schemas.conventions import NO_CONVENTIONS, Conventions
from schemas.inputs import read
from schemas.reading import Batch, Passed, Read, Rejected
from schemas.topics import TOUCHPOINTS
from schemas.writing import encode

OwnedInput: TypeAlias = OwnedPartition[None]
Handed: TypeAlias = tuple[tuple[str, bytes], ...]  # headers that a record's touchpoints get as well


NAMES = 200  # names of passed events that are counted apart: more than any SDK has


class DefectError(RuntimeError):
    """Our own reader failed on a record. That is a fault of ours: the carrier counts it, and stops if there are too many."""


class Progress(Intake):
    """What became of the partition's records. `forwarded` + `rejected` + `passed` is the number received.

    A batch of which only a part could be read counts as rejected, although that part was forwarded. `batched` counts the touchpoints
    that were forwarded from batches. `passed` has at most NAMES names; further ones count as "other".
    """

    batched: int = 0  # touchpoints
    refused_before: int = 0  # rejections before this ownership
    runs: Runs = msgspec.field(default_factory=dict)  # run of `sojourn send` -> outcome -> events
    earlier: list[Intake] = msgspec.field(default_factory=list)  # counts of earlier moments, for `sojourn doctor`


class IngestJob:
    """Reads records, gives touchpoints the customer's key, and forwards them. It has no journeys: its ledger has only progress."""

    def __init__(self, conventions: Callable[[], Conventions] = lambda: NO_CONVENTIONS, now: Callable[[], int] = wall_ms) -> None:
        self._conventions, self._now = conventions, now
        self.book: OutputCounts = Counter()
        self.clamped = 0  # touchpoints whose time was set back
        self.masked: Counter[str] = Counter()  # rule -> places that it hid

    def encode(self, state: None) -> bytes:  # noqa: ARG002  # the carrier's signature
        """Return no bytes: there are no states."""
        return b""

    def decode(self, key: bytes, value: bytes) -> None:
        """Return None: there are no states."""

    def rows(self, partition: OwnedInput) -> Mapping[bytes, bytes | None]:  # noqa: ARG002  # the carrier's signature
        """Return no rows: the job stores only its counts."""
        return {}

    def load(self, partition: OwnedInput, body: bytes, rows: Mapping[bytes, bytes]) -> None:  # noqa: ARG002  # the carrier's signature
        """Set the counts to those of the last commit."""
        progress = msgspec.msgpack.decode(body, type=Progress) if body else Progress()
        progress.refused_before = progress.outcomes.get("rejected", 0)
        keep_marks(progress.earlier, progress, self._now())
        partition.body = progress

    def dump(self, partition: OwnedInput) -> bytes:
        """Return the counts as stored with a commit."""
        progress: Progress = partition.body
        if refused := progress.refused_before + partition.refused:
            progress.outcomes["rejected"] = refused
        progress.at = self._now()
        keep_marks(progress.earlier, progress, progress.at)
        return msgspec.msgpack.encode(progress)

    def apply(self, partition: OwnedInput, record: ConsumerRecord) -> None:
        """Forward a record's touchpoints, or reject it with the reason and its original bytes. With a batch, both may happen."""
        found = self._read(record)
        progress: Progress = partition.body
        handed = handed_on(record.headers) if record.headers else ()
        if isinstance(found, Read):
            self._forward(partition, found, handed)
            self._done(partition, record, "forwarded", found.unread)
        elif isinstance(found, Batch):
            self._batch(partition, record, found, handed)
        elif isinstance(found, Passed):
            self._count(progress.passed, "passed", found.name)
            self._done(partition, record, "passed", ())
        else:
            self._reject(partition, record, found)
        if run := run_of(handed):
            count_found(progress.runs, run, found)

    def _read(self, record: ConsumerRecord) -> Read | Batch | Passed | Rejected:
        """Return what the record holds. Of a row that a mapping did not understand, the mapping's reason is the reason."""
        fault = row_fault(record.headers) if record.headers else None
        if fault is not None and fault.reason != "unread_amount":
            return fault
        found = read(record.value, record.headers, logged_at=record.timestamp, conventions=self._conventions())
        if fault is None or not isinstance(found, Read):
            return found
        return msgspec.structs.replace(found, unread=(*found.unread, fault))

    def _batch(self, partition: OwnedInput, record: ConsumerRecord, found: Batch, handed: Handed) -> None:
        progress: Progress = partition.body
        progress.batched += len(found.reads)
        for each in found.reads:
            self._forward(partition, each, handed)
        for name in found.passed:
            self._count(progress.passed, "passed", name)
        outcome = "rejected" if found.refused is not None else "forwarded" if found.reads else "passed"
        count_batch(progress, outcome, len(found.reads), len(found.passed), int(found.refused is not None))
        if found.refused is not None:
            self._reject(partition, record, found.refused)
        else:
            unread = tuple(part for each in found.reads for part in each.unread)
            self._done(partition, record, outcome, unread)

    def _forward(self, partition: OwnedInput, found: Read, headers: Handed) -> None:
        progress: Progress = partition.body
        if found.clamped:
            progress.clamped += 1
            self.clamped += 1
            count_ahead(progress, found.touchpoint.source, found.ahead)
            headers = (*headers, (AHEAD_BY, b"%d" % found.ahead))
        for rule in found.masked:
            progress.masked[rule] = progress.masked.get(rule, 0) + 1
            self.masked[rule] += 1
        for part in found.unread:
            self._count(progress.unread, "unread", part.reason)
        touchpoint = found.touchpoint
        partition.emit(TOUCHPOINTS, touchpoint.customer.encode(), encode(touchpoint), headers)

    def _done(self, partition: OwnedInput, record: ConsumerRecord, outcome: str, unread: tuple[Rejected, ...]) -> None:
        """Count the record. If parts of it could not be read, keep it with their names: nothing of it is lost unseen."""
        progress: Progress = partition.body
        progress.outcomes[outcome] = progress.outcomes.get(outcome, 0) + 1
        if unread:
            partition.keep(record, unread[0].reason, "; ".join(dict.fromkeys(part.detail for part in unread)))

    def _reject(self, partition: OwnedInput, record: ConsumerRecord, refused: Rejected) -> None:
        if refused.reason == "failed":
            raise DefectError(refused.detail)
        progress: Progress = partition.body
        for reason, times in refused.by_reason or ((refused.reason, 1),):
            progress.refused[reason] = progress.refused.get(reason, 0) + times
        if refused.by_reason:
            count_batch(progress, "rejected", 0, 0, sum(times for _, times in refused.by_reason))
        partition.reject(record, refused.reason, refused.detail)
        self.book["rejection", refused.reason, ""] += 1

    def _count(self, counts: dict[str, int], sort: str, name: str) -> None:
        """Count one more of this name, in the partition's record and for the metrics. Beyond NAMES names all others are `other`."""
        known = name if name in counts or len(counts) < NAMES else "other"
        counts[known] = counts.get(known, 0) + 1
        self.book[sort, known, ""] += 1
