"""The ingest agent: any accepted format under any key in, canonical touchpoints under the customer's key out.

Safe to retry because a touchpoint leaves in the transaction that passes its original by: no hop inside Sojourn ever repeats one. A
partition of the front door is read in order and a customer's key always leads to the same partition behind it, so events of one
customer that came in order through one partition stay in order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TypeAlias

import msgspec

from agents.carrier.partition import OwnedPartition
from agents.carrier.record import ConsumerRecord
from agents.journey.counters import OutputCounts
from schemas.inputs import read
from schemas.reading import Batch, Read, Rejected
from schemas.topics import TOUCHPOINTS
from schemas.writing import encode

OwnedInput: TypeAlias = OwnedPartition[None]


class DefectError(RuntimeError):
    """Our own reader failed on a record: a fault of ours, which the carrier counts, and stops for when there are too many."""


class Progress(msgspec.Struct):
    """How the partition's records ended: `forwarded` + `rejected` is what was received. `clamped` are part of those forwarded.

    A batch of which only a part could be read is rejected, though that part has left: `batched` counts what left out of batches.
    """

    outcomes: dict[str, int] = {}
    batched: int = 0  # touchpoints
    clamped: int = 0
    refused_before: int = 0  # rejections before this ownership


class IngestJob:
    """Reads, re-keys and forwards. It has no journeys: its ledger holds progress alone."""

    def __init__(self) -> None:
        self.book: OutputCounts = Counter()
        self.clamped = 0  # times set back

    def encode(self, state: None) -> bytes:  # noqa: ARG002  # the carrier's signature
        """Nothing: there is no state to any key."""
        return b""

    def decode(self, key: bytes, value: bytes) -> None:
        """Nothing: there is no state to any key."""

    def rows(self, partition: OwnedInput) -> Mapping[bytes, bytes | None]:  # noqa: ARG002  # the carrier's signature
        """Nothing: the books are all there is."""
        return {}

    def load(self, partition: OwnedInput, body: bytes, rows: Mapping[bytes, bytes]) -> None:  # noqa: ARG002  # the carrier's signature
        """The books go on where the last commit left them."""
        progress = msgspec.msgpack.decode(body, type=Progress) if body else Progress()
        progress.refused_before = progress.outcomes.get("rejected", 0)
        partition.body = progress

    def dump(self, partition: OwnedInput) -> bytes:
        """The books as stored with a commit."""
        progress: Progress = partition.body
        if refused := progress.refused_before + partition.refused:
            progress.outcomes["rejected"] = refused
        return msgspec.msgpack.encode(progress)

    def apply(self, partition: OwnedInput, record: ConsumerRecord) -> None:
        """One record is forwarded as its touchpoints, or rejected with its reason and its original bytes; a batch may be in part both."""
        found = read(record.value, record.headers, logged_at=record.timestamp)
        progress: Progress = partition.body
        refused = None
        if isinstance(found, Read):
            self._forward(partition, found)
        elif isinstance(found, Batch):
            refused = found.refused
            progress.batched += len(found.reads)
            for each in found.reads:
                self._forward(partition, each)
        else:
            refused = found
        if refused is None:
            progress.outcomes["forwarded"] = progress.outcomes.get("forwarded", 0) + 1
        else:
            self._reject(partition, record, refused)

    def _forward(self, partition: OwnedInput, found: Read) -> None:
        if found.clamped:
            partition.body.clamped += 1
            self.clamped += 1
        touchpoint = found.touchpoint
        partition.emit(TOUCHPOINTS, touchpoint.customer.encode(), encode(touchpoint))

    def _reject(self, partition: OwnedInput, record: ConsumerRecord, refused: Rejected) -> None:
        if refused.reason == "failed":
            raise DefectError(refused.detail)
        partition.reject(record, refused.reason, refused.detail)
        self.book["rejection", refused.reason, ""] += 1
