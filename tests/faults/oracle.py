"""What must have come out: the log, replayed by one thread with no broker. Reads records by the front door's reader, not by the
journey's own, so that the two check each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from schemas.control import ANY_CONTROL, Addressed, Tick
from schemas.control.signing import place_of, verdict
from schemas.inputs import read
from schemas.outputs import Output
from schemas.reading import Batch, Passed, Rejected
from schemas.touchpoints import Touchpoint
from streams.context import DetectorFailed
from streams.decide import Event
from streams.replay import Replay
from streams.rules import Rules
from tests.faults.evidence import Seal
from tests.faults.reading import Record

_CONTROL = msgspec.json.Decoder(ANY_CONTROL)
_ENCODE = msgspec.json.Encoder().encode


@dataclass(slots=True)
class Truth:
    """What one partition of the touchpoint log amounts to."""

    states: dict[str, bytes] = field(default_factory=dict)  # customer -> state
    outputs: Counter[tuple[str, str, bytes]] = field(default_factory=Counter)  # (topic, id, value)
    accepted: Counter[str] = field(default_factory=Counter)  # touchpoint id -> times in the log
    rejected: dict[int, str] = field(default_factory=dict)  # offset -> reason
    outcomes: Mapping[str, int] = field(default_factory=dict)
    aggregates: Mapping[bytes, bytes] = field(default_factory=dict)  # as stored
    detectors_failed: int = 0
    sent: Counter[bytes] = field(default_factory=Counter)  # what its journeys tell others, as written
    heard: Counter[bytes] = field(default_factory=Counter)  # what others told its journeys


def understood(record: Record, seal: Seal) -> Event | str:
    """The event in a record of the touchpoint log, or why it is none."""
    try:
        control: Any = _CONTROL.decode(record.value or b"")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        control = None
    if control is not None:
        signed = verdict([seal.key], place_of(seal.topic_id, record.partition), record.value or b"", record.headers)
        if signed != "signed":
            return "unsigned_control" if signed == "unsigned" else "copied_control"
        return "wrong_key" if isinstance(control, Addressed) and control.customer.encode() != record.key else control
    found = read(record.value, record.headers, logged_at=record.at)
    if isinstance(found, Batch | Passed):
        return "unsupported_format"  # batches enter by the front door only
    if isinstance(found, Rejected):
        return found.reason
    return found.touchpoint if found.touchpoint.customer.encode() == record.key else "wrong_key"


def truth(records: Iterable[Record], seal: Seal, rules: Rules | None = None) -> Truth:
    """Replays one partition's records, in log order."""
    replay, found = Replay(rules, sent_in_log=True), Truth()
    for record in records:
        event = understood(record, seal)
        if isinstance(event, str):
            found.rejected[record.offset] = event
            continue
        if isinstance(event, Touchpoint):
            found.accepted[event.id] += 1
        elif isinstance(event, Addressed) and not isinstance(event, Tick):
            found.heard[record.value or b""] += 1
        replay.apply(event, record.at)
    for made in replay.emissions:
        if isinstance(made, Output):
            found.outputs[(made.topic, made.id, _ENCODE(made))] += 1
        elif isinstance(made, DetectorFailed):
            found.detectors_failed += 1
    found.sent.update(map(_ENCODE, replay.sent))
    found.states, found.outcomes = replay.states(), replay.partition.outcomes
    found.aggregates = replay.partition.aggregates.encoded_rows()
    return found
