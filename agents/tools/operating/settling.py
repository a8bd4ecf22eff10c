"""Waits for the events of one run of `sojourn send`, and reads what became of them. All counts come from the log.

Progress is measured by the groups' stable committed offsets. One transaction commits them together with the rejections and partition
records. So once an offset is passed, the outcomes up to it are in the log and can be counted.

Only this run's own events count, whoever else produces at the same time: its records have a header (agents.running.runs).
"""

from __future__ import annotations

import time
from base64 import b64decode
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import msgspec

from agents.carrier.record import PARTITION_KEY, PartitionRecord
from agents.kafka.admin import Admin
from agents.kafka.committed import committed_by
from agents.kafka.reader import LogReader
from agents.kafka.records import RecordReader
from agents.running.runs import Runs, run_of
from agents.settings import Settings
from agents.tools.operating.feeding import Sent
from agents.tools.operating.tally import Tally, tally
from agents.tools.operating.trust import JOBS
from schemas.outputs.rejections import Rejection
from schemas.topics import REJECTIONS

_POLL_S = 0.1
Offsets = Mapping[int, int]


class NotEndedError(RuntimeError):
    """The workers made no progress for the longest time that we wait."""


@dataclass(frozen=True)
class Before:
    """The ends of the topics, by partition, before anything was sent."""

    rejections: Offsets
    touchpoints: Offsets


def noted(settings: Settings) -> Before:
    """Return the ends of the topics. Call this before the first event is sent."""
    _, touchpoints, _ = JOBS["journey"]
    with Admin(settings) as admin:
        return Before(_ends(admin, REJECTIONS), _ends(admin, touchpoints))


def settle(settings: Settings, sent: Sent, before: Before, moved: Callable[[int], None], patience_s: float) -> Tally:
    """Wait until the workers have finished every event of `sent`, and return the counts. `moved(records finished)` is called on progress.

    Raises NotEndedError if there was no progress for `patience_s` seconds.
    """
    group, source, _ = JOBS["journey"]
    targets = sent.targets()
    ingest: Counter[str] | None = Counter({"forwarded": sent.records})
    if sent.topic != source:
        front_group, front, _ = JOBS["ingest"]
        _await(settings, front_group, front, targets, lambda left: moved(sent.records - left), patience_s)
        ingest = _counted(settings, "ingest", sent.run, targets)
        targets = _offsets_after_own(settings, source, before.touchpoints, sent.run)
    _await(settings, group, source, targets, lambda _: moved(sent.records), patience_s)
    at_ingest, at_journey = _count_rejections(settings, sent, before)
    if sent.topic == source:
        at_ingest, at_journey = Counter(), at_ingest
    elif ingest is None and at_ingest.total() == sent.records:
        ingest = Counter()  # all were rejected by the carrier, which counts no runs
    return tally(sent.records, ingest, _counted(settings, "journey", sent.run, targets), at_ingest, at_journey)


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


def _offsets_after_own(settings: Settings, topic: str, starts: Offsets, run: str) -> dict[int, int]:
    """Return, for each partition that has records of this run, the offset after its last one."""
    with Admin(settings) as admin:
        ends = _ends(admin, topic)
    with RecordReader(settings, topic, starts) as reader:
        return {record.partition: record.offset + 1 for record in reader.until(ends) if run_of(record.headers) == run}


def _count_rejections(settings: Settings, sent: Sent, before: Before) -> tuple[Counter[str], Counter[str]]:
    """Return the rejections of this run, reason -> records: those from the topic that we sent to, and those from another one."""
    with Admin(settings) as admin:
        ends = _ends(admin, REJECTIONS)
    first, later = Counter[str](), Counter[str]()
    with LogReader(settings, REJECTIONS, before.rejections) as reader:
        for message in reader.until(ends):
            rejection = msgspec.json.decode(message.value() or b"", type=Rejection)
            if rejection.detector:
                continue  # the event was applied; only one detector failed on it
            if rejection.topic == sent.topic:
                first[rejection.reason] += sent.holds(rejection.partition, rejection.offset)
            else:
                named = run_of([(name, b64decode(held)) for name, held in rejection.headers])
                later[rejection.reason] += named == sent.run
    return +first, +later


def _counted(settings: Settings, job: str, run: str, partitions: Iterable[int]) -> Counter[str] | None:
    """Return what a job has counted for this run in these partitions; None if a partition has no counts of it."""
    _, _, changelog = JOBS[job]
    numbers = sorted(partitions)
    with Admin(settings) as admin:
        ends = _ends(admin, changelog)
    counts = Counter[str]()
    with LogReader(settings, changelog, {}) as reader:
        for number in numbers:
            record = reader.last(number, PARTITION_KEY, ends.get(number, 0))
            value = None if record is None else record.value()
            found = _runs_in(value).get(run) if isinstance(value, bytes) else None
            if found is None:
                return None
            counts.update(found)
    return counts


def _runs_in(value: bytes) -> Runs:
    """Return the counts in a partition record; none if a worker of another version keeps it in another form."""
    try:
        return msgspec.msgpack.decode(PartitionRecord.decode(value).body, type=_Body).runs
    except msgspec.DecodeError:
        return {}


class _Body(msgspec.Struct):
    runs: Runs = {}
