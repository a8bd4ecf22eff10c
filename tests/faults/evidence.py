"""All that a run left behind, and how to read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from agents.carrier.record import PARTITION_KEY, ROW, STATE, PartitionRecord
from tests.faults.manifest import Manifest
from tests.faults.reading import Reading, Record

FRONT, LOG, REJECTIONS = "interactions.v1", "journey.touchpoints.v1", "journey.rejections.v1"
JOURNEYS, PROGRESS = "sojourn-journey-journeys-changelog", "sojourn-ingest-progress-changelog"
GRACE_MS = 15_000  # a wake that was due longer ago than this was forgotten


class Seal(NamedTuple):
    """What control records are signed with: the workers' key, and the id of the touchpoint topic."""

    key: bytes
    topic_id: str


@dataclass(slots=True)
class Evidence:
    """What one run left. `committed`: group offsets by source topic and partition. `stopped_at`: ms UTC of the last worker's end."""

    manifest: Manifest
    reading: Reading
    committed: Mapping[str, Mapping[int, int]]
    stopped_at: int
    seal: Seal  # what control records are signed with
    wake_grace_ms: int = GRACE_MS


@dataclass(slots=True)
class Stored:
    """One partition of a changelog: the newest state of every journey, and the partition's own record."""

    states: dict[bytes, bytes]
    record: PartitionRecord | None
    rows: dict[bytes, bytes]  # what the job keeps beside its journeys


def newest(rows: Iterable[Record]) -> Stored:
    """What compaction would leave: the last value of each key, tombstones gone."""
    kept = {row.key: row.value for row in rows}
    states = {key[1:]: value for key, value in kept.items() if key[:1] == STATE and value is not None}
    beside = {key[1:]: value for key, value in kept.items() if key[:1] == ROW and value is not None}
    record = kept.get(PARTITION_KEY)
    return Stored(states, PartitionRecord.decode(record) if record else None, beside)
