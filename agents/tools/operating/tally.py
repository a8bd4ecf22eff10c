"""What became of the events that were sent: waited for, and counted from the log alone.

Progress is the groups' stable committed offsets. They are committed in the very transaction that publishes rejections and
partition records, so that once an offset is passed, what it led to is there to be counted.
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
    """A worker made no progress for as long as one was willing to wait."""


@dataclass(frozen=True)
class Before:
    """Where things stood before anything was sent."""

    rejections: Offsets
    touchpoints: Offsets
    duplicates: int | None


@dataclass(frozen=True)
class Tally:
    """How the journey ended every event that was sent. `duplicate` is None where no worker has said yet."""

    sent: int
    applied: int
    rejected: int
    duplicate: int | None
    reasons: Mapping[str, int]


def noted(settings: Settings) -> Before:
    """Note where things stand; to be called before the first event is sent."""
    _, touchpoints, _ = JOBS["journey"]
    with Admin(settings) as admin:
        return Before(_ends(admin, REJECTIONS), _ends(admin, touchpoints), _duplicates(settings))


def settle(settings: Settings, sent: Sent, before: Before, moved: Callable[[int], None], patience_s: float) -> Tally:
    """Wait until the journey has ended every event of `sent`, and count; `moved(events ended)` is called on progress.

    Raises NotEndedError when nothing has moved for `patience_s` seconds.
    """
    group, source, _ = JOBS["journey"]
    targets = sent.targets()
    if sent.topic != source:
        ingest, front, _ = JOBS["ingest"]
        _await(settings, ingest, front, targets, lambda left: moved(sent.events - left), patience_s)
        targets = _behind_last_records(settings, source, before.touchpoints)
    _await(settings, group, source, targets, lambda _: moved(sent.events), patience_s)
    reasons = _rejected(settings, sent, before)
    rejected = sum(reasons.values())
    duplicates = _duplicates(settings)
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
    """Return high watermarks: what is hidden behind an open transaction lies before them too."""
    count = admin.partitions([topic]).get(topic, 0)
    return {number: end for (_, number), end in admin.ends((topic, number) for number in range(count)).items()}


def _behind_last_records(settings: Settings, topic: str, starts: Offsets) -> dict[int, int]:
    """Return, for each partition, the offset behind its last record; the end itself lies behind a marker, never committed."""
    with Admin(settings) as admin:
        ends = _ends(admin, topic)
    last: dict[int, int] = {}
    with LogReader(settings, topic, starts) as reader:
        for message in reader.until(ends):
            number, offset = message.partition(), message.offset()
            if number is not None and offset is not None and offset < ends[number]:
                last[number] = offset + 1
    return last


def _rejected(settings: Settings, sent: Sent, before: Before) -> dict[str, int]:
    with Admin(settings) as admin:
        ends = _ends(admin, REJECTIONS)
    reasons: dict[str, int] = {}
    with LogReader(settings, REJECTIONS, before.rejections) as reader:
        for message in reader.until(ends):
            rejection = msgspec.json.decode(message.value() or b"", type=Rejection)
            if _ours(rejection, sent, before):
                reasons[rejection.reason] = reasons.get(rejection.reason, 0) + 1
    return reasons


def _ours(rejection: Rejection, sent: Sent, before: Before) -> bool:
    """Tell whether a rejection is of something sent: by its exact place, or, behind the front door, by when it came there."""
    if rejection.detector:
        return False  # the event was applied: one detector was silent on it
    if rejection.topic == sent.topic:
        return sent.holds(rejection.partition, rejection.offset)
    return rejection.offset >= before.touchpoints.get(rejection.partition, 0)


def _duplicates(settings: Settings) -> int | None:
    """Return how many duplicates the journey has passed over so far, from the partition records' own books."""
    _, _, changelog = JOBS["journey"]
    with Admin(settings) as admin:
        ends = _ends(admin, changelog)
    with LogReader(settings, changelog, {}) as reader:
        records = [reader.last(number, PARTITION_KEY, end) for number, end in ends.items()]
    values = [record.value() for record in records if record is not None]
    bodies = [PartitionRecord.decode(value).body for value in values if isinstance(value, bytes)]
    try:
        return sum(msgspec.msgpack.decode(body, type=_Books).outcomes.get("duplicate", 0) for body in bodies if body) if bodies else None
    except msgspec.DecodeError:
        return None  # a worker of another version keeps its books in another way: say "unknown" rather than a wrong number


class _Books(msgspec.Struct):
    """The part of a partition's own record that counts: each input ends in exactly one of these outcomes."""

    outcomes: dict[str, int] = {}
