"""Waits for the events that were sent, and counts their outcomes. All counts come from the log.

Progress is measured by the groups' stable committed offsets. One transaction commits them together with the rejections and partition
records. So once an offset is passed, the outcomes up to it are in the log and can be counted.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec

from agents.carrier.record import PARTITION_KEY, PartitionRecord
from agents.kafka.admin import Admin
from agents.kafka.reader import LogReader, committed_by
from agents.settings import Settings
from agents.tools.operating.feeding import Sent
from agents.tools.operating.trust import JOBS
from schemas.rejections import Rejection
from schemas.topics import REJECTIONS

_POLL_S = 0.1
Offsets = Mapping[int, int]


class NotEndedError(RuntimeError):
    """The workers made no progress for the longest time that we wait."""


@dataclass(frozen=True)
class Before:
    """The state of the log before anything was sent: end offsets by partition, and the number of duplicates so far."""

    rejections: Offsets
    touchpoints: Offsets
    duplicates: int | None


@dataclass(frozen=True)
class Tally:
    """The outcomes of all events that were sent. `duplicate` is None if it is unknown: no partition record that we can read."""

    sent: int
    applied: int
    rejected: int
    duplicate: int | None
    reasons: Mapping[str, int]


def noted(settings: Settings) -> Before:
    """Return the state of the log. Call this before the first event is sent."""
    _, touchpoints, _ = JOBS["journey"]
    with Admin(settings) as admin:
        return Before(_ends(admin, REJECTIONS), _ends(admin, touchpoints), _count_duplicates(settings))


def settle(settings: Settings, sent: Sent, before: Before, moved: Callable[[int], None], patience_s: float) -> Tally:
    """Wait until the workers have finished every event of `sent`, and return the counts. `moved(events finished)` is called on progress.

    Raises NotEndedError if there was no progress for `patience_s` seconds.
    """
    group, source, _ = JOBS["journey"]
    targets = sent.targets()
    if sent.topic != source:
        ingest, front, _ = JOBS["ingest"]
        _await(settings, ingest, front, targets, lambda left: moved(sent.events - left), patience_s)
        targets = _offsets_after_last_records(settings, source, before.touchpoints)
    _await(settings, group, source, targets, lambda _: moved(sent.events), patience_s)
    reasons = _count_rejections(settings, sent, before)
    rejected = sum(reasons.values())
    duplicates = _count_duplicates(settings)
    repeated = None if duplicates is None else duplicates - (before.duplicates or 0)
    return Tally(sent.events, sent.events - rejected - (repeated or 0), rejected, repeated, reasons)


def _await(settings: Settings, group: str, topic: str, targets: Offsets, moved: Callable[[int], None], patience_s: float) -> None:
    best, give_up = -1, time.monotonic() + patience_s
    with committed_by(settings, group) as ask:
        while targets:
            reached = ask(topic, targets)
            left = sum(max(0, target - reached.get(number, 0)) for number, target in targets.items())
            if left == 0:
                return
            if best < 0 or left < best:
                best, give_up = left, time.monotonic() + patience_s
                moved(left)
            if time.monotonic() > give_up:
                raise NotEndedError(f"{group} has made no progress on {topic} for {patience_s:.0f} s; {left} records are still ahead of it")
            time.sleep(_POLL_S)


def _ends(admin: Admin, topic: str) -> dict[int, int]:
    """Return the high watermark of each partition. Records of open transactions lie before it too, though they are hidden."""
    count = admin.partitions([topic]).get(topic, 0)
    return {number: end for (_, number), end in admin.ends((topic, number) for number in range(count)).items()}


def _offsets_after_last_records(settings: Settings, topic: str, starts: Offsets) -> dict[int, int]:
    """Return, for each partition, the offset after its last record.

    The end of the partition would not do: it lies after a transaction marker, and no reader commits it.
    """
    with Admin(settings) as admin:
        ends = _ends(admin, topic)
    last: dict[int, int] = {}
    with LogReader(settings, topic, starts) as reader:
        for message in reader.until(ends):
            number, offset = message.partition(), message.offset()
            if number is not None and offset is not None and offset < ends[number]:
                last[number] = offset + 1
    return last


def _count_rejections(settings: Settings, sent: Sent, before: Before) -> dict[str, int]:
    with Admin(settings) as admin:
        ends = _ends(admin, REJECTIONS)
    reasons: dict[str, int] = {}
    with LogReader(settings, REJECTIONS, before.rejections) as reader:
        for message in reader.until(ends):
            rejection = msgspec.json.decode(message.value() or b"", type=Rejection)
            if _is_ours(rejection, sent, before):
                reasons[rejection.reason] = reasons.get(rejection.reason, 0) + 1
    return reasons


def _is_ours(rejection: Rejection, sent: Sent, before: Before) -> bool:
    """Return whether a rejection belongs to an event that was sent.

    A rejection from the topic that we sent to is told by its exact offset. After ingest, every rejection of a later touchpoint counts.
    """
    if rejection.detector:
        return False  # the event was applied; only one detector failed on it
    if rejection.topic == sent.topic:
        return sent.holds(rejection.partition, rejection.offset)
    return rejection.offset >= before.touchpoints.get(rejection.partition, 0)


def _count_duplicates(settings: Settings) -> int | None:
    """Return how many duplicates the journey has skipped so far, by the counters in the partition records; None if unknown."""
    _, _, changelog = JOBS["journey"]
    with Admin(settings) as admin:
        ends = _ends(admin, changelog)
    with LogReader(settings, changelog, {}) as reader:
        records = [reader.last(number, PARTITION_KEY, end) for number, end in ends.items()]
    values = [record.value() for record in records if record is not None]
    bodies = [PartitionRecord.decode(value).body for value in values if isinstance(value, bytes)]
    try:
        return sum(msgspec.msgpack.decode(body, type=_Counters).outcomes.get("duplicate", 0) for body in bodies if body) if bodies else None
    except msgspec.DecodeError:
        return None  # a worker of another version keeps its counters in another form: "unknown" is better than a wrong number


class _Counters(msgspec.Struct):
    """The counters in a partition record: each input counts as exactly one outcome."""

    outcomes: dict[str, int] = {}
