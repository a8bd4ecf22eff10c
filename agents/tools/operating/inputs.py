"""Checks what came in lately (`sojourn doctor`): how much was rejected, passed by, set back, unread or masked, and why.

The counts are of events, and are ingest's own, in its partition records. Times that were set back at the direct door come from the
journey's. Rejections of the direct door, each of one event, come from their topic. Names of unknown events are read there too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import TypeVar

import msgspec

from agents.carrier.record import PARTITION_KEY, PartitionRecord
from agents.ingest import Progress
from agents.kafka.admin import Admin, Finding
from agents.kafka.reader import LogReader, offsets_at
from agents.running.intake import Intake, recent, together
from agents.settings import Settings
from agents.tools.operating.checking import Report
from agents.tools.operating.remedies import ADVICE, REMEDIES, SENTENCES, lines_about
from agents.tools.operating.trust import JOBS
from agents.tools.operating.unknown_names import UnknownName, count_names
from schemas.durations import HOUR
from schemas.outputs.rejections import Rejection
from schemas.topics import INTERACTIONS, REJECTIONS

LOOK_AT = 5_000  # rejections that are read, so that the check ends in time
READ_AGAIN = 500  # rejections in which unknown names are looked for
WORTH_SAYING = 0.05  # share of rejected events that is a finding
ENOUGH = 20  # events; of fewer, a share says nothing
OFTEN = 3  # times of one source that were set back: its clock is wrong, not one record
TOP = 3  # reasons and names that are shown


class Direct(msgspec.Struct):
    """What doctor reads of the journey's partition record."""

    direct: Intake = msgspec.field(default_factory=Intake)
    earlier: list[Intake] = []


_Held = TypeVar("_Held", Progress, Direct)


def inputs(settings: Settings, now: int) -> Report:
    """Return what became of the inputs of the last hour. `now` is in ms UTC."""
    (_, source, changelog), (_, _, journeys) = JOBS["ingest"], JOBS["journey"]
    with Admin(settings) as admin:
        there = admin.partitions([source, changelog, journeys, REJECTIONS])
    if len(there) < 4:
        return Report("inputs", f"not checked: {source}, {changelog}, {journeys} and {REJECTIONS} are needed for it", ran=False)
    since = now - HOUR
    at_ingest = [recent(body, body.earlier, since) for body in _bodies(settings, changelog, there[changelog], Progress)]
    direct = [set_back(body, since) for body in _bodies(settings, journeys, there[journeys], Direct)]
    found = together([*at_ingest, *direct])
    reasons, names = _rejected(settings, since)
    return told(found, Counter(found.refused) + reasons, max(1, round((now - found.at) / 60_000)), names)


def set_back(body: Direct, since: int) -> Intake:
    """Return the times that were set back at the direct door since then (ms UTC)."""
    found = recent(body.direct, body.earlier, since)
    return msgspec.structs.replace(found, at=max(found.at, since))  # its marks are as old as the times that were set back before


def told(found: Intake, reasons: Mapping[str, int], minutes: int, names: Mapping[str, int] | None = None) -> Report:
    """Return the report about these counts of the last `minutes`, these rejected events by reason, and unknown `names` by count.

    >>> told(Intake(outcomes={"forwarded": 6, "passed": 15}, several={"forwarded": 54}, passed={"group": 15}), {}, 60).says
    'in the last 60 min: 75 events, rejected 0 (0.0%), passed by 15 (20.0%), times set back 0, unread 0, masked 0'
    """
    if not found.received and not reasons and not found.clamped:
        return Report("inputs", "nothing came in the last hour")
    refused, passed = found.events.get("rejected", 0), found.events.get("passed", 0)
    says = (
        f"in the last {minutes} min: {_events(found):,} events, rejected {refused:,} ({_share(refused, found)}), "
        f"passed by {passed:,} ({_share(passed, found)}), times set back {found.clamped:,}, "
        f"unread {sum(found.unread.values()):,}, masked {sum(found.masked.values()):,}"
    )
    notes = list(_notes(found, reasons, names or {}))
    return Report("inputs", says, list(_findings(found, refused, reasons)), notes=notes)


def _events(found: Intake) -> int:
    return sum(found.events.values())


def _share(count: int, found: Intake) -> str:
    return f"{count / max(1, _events(found)):.1%}"


def _notes(found: Intake, reasons: Mapping[str, int], names: Mapping[str, int]) -> Iterator[str]:
    yield from lines_about(dict(Counter(reasons).most_common(TOP)))
    if names:
        said = (UnknownName(name, count) for name, count in Counter(names).most_common(TOP))
        near = (f"{each.name} {each.count:,}{f' (nearest: {each.nearest})' if each.nearest else ''}" for each in said)
        yield f"  unknown names: {', '.join(near)}. `sojourn rejections names` lists all, with rows for the blueprint"
    yield from lines_about(dict(Counter(found.unread).most_common(TOP)), "unread")
    for words, counts in (("events passed by", found.passed), ("places masked", found.masked)):
        if counts:
            yield f"  {words}: {', '.join(f'{name} {count:,}' for name, count in Counter(counts).most_common(TOP))}"
    for name, (count, most) in sorted(found.ahead.items(), key=lambda row: -row[1][0])[:TOP]:
        yield f"  times set back: {count:,} of {name}, by up to {_ahead(most)}"


def _findings(found: Intake, refused: int, reasons: Mapping[str, int]) -> Iterator[Finding]:
    if _events(found) >= ENOUGH and refused >= WORTH_SAYING * _events(found):
        reason = Counter(reasons).most_common(1)[0][0] if reasons else ""
        cause = f"{_share(refused, found)} of the events were rejected, most of them as {reason or 'unknown'}"
        yield Finding("rejections", f"{cause}. {SENTENCES.get(reason, '')}".strip(), REMEDIES.get(reason, ADVICE))
    for name, (count, most) in found.ahead.items():
        if count >= OFTEN:
            cause = f"its clock is ahead: {count:,} of its times lay ahead of their arrival, by up to {_ahead(most)}, and were set back"
            yield Finding(f"source {name}", cause, "set the clock of that sender by NTP, or correct the zone in which it writes its times")


def _ahead(ms: int) -> str:
    seconds = ms // 1000
    for size, unit in ((86_400, "days"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds // size:,} {unit}"
    return f"{seconds} s"


def _bodies(settings: Settings, changelog: str, partitions: int, form: type[_Held]) -> Iterator[_Held]:
    """Yield what a job keeps of each partition. A record that a worker of another version wrote in another form is skipped."""
    with LogReader(settings, changelog, {}) as reader:
        for number in range(partitions):
            record = reader.last(number, PARTITION_KEY)
            value = None if record is None else record.value()
            if isinstance(value, bytes):
                yield msgspec.msgpack.decode(PartitionRecord.decode(value).body, type=form)


def _rejected(settings: Settings, since: int) -> tuple[Counter[str], Counter[str]]:
    """Return the rejections since then that ingest has not counted, by reason, and the unknown names at both doors.

    At most the first LOOK_AT records are read, and names are looked for in the first READ_AGAIN of them.
    """
    with LogReader(settings, REJECTIONS, offsets_at(settings, REJECTIONS, since)) as reader:
        kept = [msgspec.json.decode(message.value() or b"", type=Rejection) for message in islice(reader.until_end(), LOOK_AT)]
    return uncounted(kept), Counter({each.name: each.count for each in count_names(kept[:READ_AGAIN])})


def uncounted(kept: Iterable[Rejection]) -> Counter[str]:
    """Return by reason the rejected events that ingest has not counted: those of the direct door, and those our own code failed on."""
    whole = (each for each in kept if not each.in_part and not each.detector)
    return Counter(each.reason for each in whole if each.topic != INTERACTIONS or each.reason == "failed")
