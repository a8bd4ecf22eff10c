"""Sends again what was rejected and can be read by now: after a fix of ours, a new blueprint, or new names.

Only what failed is sent. Of a batch these are the events that its rejection names; the others were applied. All goes to the topic for
any format, under the customer's key, in the order of the log: a customer's events keep their order.

It cannot loop. One transaction writes the record and a note, which is a rejection with the reason `replayed`: what has a note is never sent
again. The record has a header with the rejection's id, and ingest hands it on. If it is rejected once more, its new rejection has that
header too, and is sent again only if the caller asks for it.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

import msgspec

from agents.carrier.rejections import VERSION
from agents.kafka.control_producer import alone, transaction
from agents.kafka.producer import LogProducer
from agents.kafka.reader import LogReader
from agents.published.conventions import newest_conventions
from agents.running.rows import row_fault
from agents.running.runs import REPLAYED, RUN
from agents.settings import Settings
from agents.tools.operating.batches import each_alone
from schemas.conventions import NO_CONVENTIONS, Conventions
from schemas.inputs import read
from schemas.outputs.rejections import Rejection
from schemas.reading import Batch, Headers, Passed, Read, Rejected
from schemas.topics import INTERACTIONS, REJECTIONS
from schemas.touchpoints.units import LATEST

NOTE = "replayed"  # the reason of a note
PRODUCER = "sojourn-replay"  # transactional id: of two commands at once the first is fenced
EACH = 500  # rejections in one transaction
_NAMED = re.compile(r"not read of (\d+) in the batch: ([^;]*);")  # the detail of a batch, see schemas.reading.batches


class Event(NamedTuple):
    """One event as it is sent again."""

    customer: bytes
    value: bytes


class Replay(NamedTuple):
    """One rejection and the events of it that are sent again."""

    rejection: Rejection
    events: tuple[Event, ...]


@dataclass
class Plan:
    """What is sent again, in order, and what is not: the cause -> how many rejections."""

    replays: list[Replay] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)

    @property
    def events(self) -> int:
        """How many events are sent again."""
        return sum(len(each.events) for each in self.replays)


def planned(kept: Iterable[Rejection], conventions: Conventions = NO_CONVENTIONS, reason: str = "", *, again: bool = False) -> Plan:
    """Return the plan for all kept rejections, or for those with this reason. `again`: also what was rejected after a replay."""
    rows = sorted(kept, key=lambda row: (row.logged_at, row.topic, row.partition, row.offset))
    done = {row.id for row in rows if row.reason == NOTE}
    plan = Plan()
    for row in rows:
        if row.reason == NOTE or (reason and row.reason != reason):
            continue
        found = "replayed before" if note_id(row) in done else _events(row, conventions, again=again)
        if isinstance(found, str):
            plan.left[found] += 1
        else:
            plan.replays.append(Replay(row, found))
    return plan


def note_id(rejection: Rejection) -> str:
    """Return the id of the note about this rejection."""
    return f"{rejection.id}-{NOTE}"


def kept_rejections(settings: Settings) -> Iterator[Rejection]:
    """Yield all rejections that the topic still holds, and all notes."""
    with LogReader(settings, REJECTIONS, beginning=True) as reader:
        for message in reader.until_end():
            yield msgspec.json.decode(message.value() or b"", type=Rejection)


def replay(settings: Settings, reason: str = "", *, again: bool = False) -> Plan:
    """Send again what can be read by now, and return what was sent. Raises KafkaException; then whole transactions are in the log or none.

    The producer is opened before the rejections are read: then no other command can be between its sending and its notes.
    """
    with alone(settings, PRODUCER) as producer:
        plan = planned(kept_rejections(settings), newest_conventions(settings), reason, again=again)
        waiting = iter(plan.replays)
        while batch := list(islice(waiting, EACH)):
            with transaction(producer):
                for each in batch:
                    _send(producer, each)
    return plan


def _send(producer: LogProducer, each: Replay) -> None:
    rejection = each.rejection
    headers: list[tuple[str, str | bytes | None]] = [(REPLAYED, rejection.id.encode()), *_headers(rejection)]
    for event in each.events:
        producer.send(INTERACTIONS, event.customer, event.value, headers)
    note = Rejection(
        id=note_id(rejection), topic=rejection.topic, partition=rejection.partition, offset=rejection.offset, logged_at=rejection.logged_at,
        reason=NOTE, error=f"{len(each.events)} events of it were sent again", detector="rejections replay", version=VERSION,
    )  # fmt: skip
    producer.send(REJECTIONS, b64decode(rejection.key) if rejection.key else None, msgspec.json.encode(note))


def _headers(rejection: Rejection) -> list[tuple[str, bytes]]:
    """Return the original headers, without those of a run or of an earlier replay."""
    return [(name, b64decode(held)) for name, held in rejection.headers if name not in (RUN, REPLAYED)]


def _events(row: Rejection, conventions: Conventions, *, again: bool) -> tuple[Event, ...] | str:
    """Return the events to send again, or why there are none."""
    if row.detector or row.in_part:
        return "the event was applied" + (", only a detector failed" if row.detector else ", only a part of it was not")
    if not again and any(name == REPLAYED for name, _ in row.headers):
        return "rejected again after a replay: `--again` sends it once more"
    value = b64decode(row.value or "")
    if not value or len(value) < row.value_length or row.reason == "unreadable_batch":
        return "its bytes are not kept whole"
    failed = _failed(row, value)
    if failed is None:
        return "its rejection does not name all events that failed"
    events = tuple(event for each in failed for event in _readable(each, _headers(row), conventions))
    return events or "still not readable"


def _failed(row: Rejection, value: bytes) -> list[bytes] | None:
    """Return the events that failed, each alone: the whole record if it is no batch, else those that the rejection names.

    None if it does not name all of them: there is room for a few hundred characters.
    """
    events = list(each_alone(value))
    if not row.error.startswith("not read of "):
        return [value]
    found = _NAMED.match(row.error)
    if found is None or int(found[1]) != len(events):
        return None
    spans = [span.split("-") for span in re.findall(r"\b\d+(?:-\d+)?\b", found[2])]
    return [events[index] for index in sorted({i for span in spans for i in range(int(span[0]), int(span[-1]) + 1)}) if index < len(events)]


def _readable(event: bytes, headers: Headers, conventions: Conventions) -> Iterator[Event]:
    """Yield the event if ingest can read all of it by now."""
    if (fault := row_fault(headers)) is not None and fault.reason != "unread_amount":
        return
    found = read(event, headers, logged_at=LATEST, conventions=conventions)
    reads = found.reads if isinstance(found, Batch) else (found,) if isinstance(found, Read) else ()
    if not isinstance(found, Rejected | Passed) and not (isinstance(found, Batch) and found.refused is not None) and reads:
        yield Event(reads[0].touchpoint.customer.encode(), event)
