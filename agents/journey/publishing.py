"""Emits what a decision gave, and counts it for the metrics: outputs, records for other journeys, failures of detectors, rejections."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from agents.carrier.partition import OwnedPartition
from agents.carrier.record import ConsumerRecord
from agents.journey.counters import OutputCounts, booked
from agents.journey.direct_input import Refused
from agents.journey.outputs import published, told
from agents.journey.silenced import SilenceLog, silence_record
from schemas.outputs.decisions import DecisionMade
from streams.context import DetectorFailed, Emission, Sent
from streams.state import Journey


class Publishing:
    """Emits to a partition's next commit. `book` counts what was published and rejected since the start, for metrics only.

    `control_key` signs records for other journeys, which lie in one of `partitions`.
    """

    def __init__(self, control_key: bytes, partitions: int = 1) -> None:
        self._control_key, self._partitions = control_key, partitions
        self.book: OutputCounts = Counter()
        self.silences = SilenceLog()

    def publish(self, partition: OwnedPartition[Journey], record: ConsumerRecord, emissions: Iterable[Emission]) -> None:
        """Emit in order: outputs to their topics, records for other journeys to the log, detector failures to the rejections."""
        for emission in emissions:
            if isinstance(emission, DetectorFailed):
                self.silences.note(emission)
                partition.emit(*silence_record(partition.rejections, record, emission))
            elif isinstance(emission, Sent):
                partition.emit(*told(emission.control, self._control_key, partition.topic_id, self._partitions))
            else:
                partition.emit(*published(emission, record.timestamp))
                self.book[booked(emission)] += 1
                if isinstance(emission, DecisionMade):
                    partition.body.decided.append(record.timestamp)

    def reject(self, partition: OwnedPartition[Journey], record: ConsumerRecord, refused: Refused) -> None:
        """Emit a rejection of the record."""
        partition.reject(record, *refused)
        self.book["rejection", refused.reason, ""] += 1
