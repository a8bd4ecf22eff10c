"""Checks what came in lately (`sojourn doctor`): how much was rejected, passed by, set back, unread or masked, and why.

The counts are ingest's own, in its partition records; the reasons come from the rejections. Neither reads the inputs again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice

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
from agents.tools.operating.unknown_names import NAME, UnknownName
from schemas.durations import HOUR
from schemas.rejections import Rejection
from schemas.topics import REJECTIONS

LOOK_AT = 5_000  # rejections that are read, so that the check ends in time
WORTH_SAYING = 0.05  # share of rejected records that is a finding
ENOUGH = 20  # records; of fewer, a share says nothing
OFTEN = 3  # times of one source that were set back: its clock is wrong, not one record
TOP = 3  # reasons and names that are shown


def inputs(settings: Settings, now: int) -> Report:
    """Return what became of the inputs of the last hour. `now` is in ms UTC."""
    _, source, changelog = JOBS["ingest"]
    with Admin(settings) as admin:
        there = admin.partitions([source, changelog, REJECTIONS])
    if len(there) < 3:
        return Report("inputs", f"not checked: {source}, {changelog} and {REJECTIONS} are needed for it", ran=False)
    found = together(_recent(settings, changelog, there[changelog], now - HOUR))
    reasons, names = _rejected(settings, now - HOUR)
    return told(found, reasons, max(1, round((now - found.at) / 60_000)), names)


def told(found: Intake, reasons: Mapping[str, int], minutes: int, names: Mapping[str, int] | None = None) -> Report:
    """Return the report about these counts of the last `minutes`, these rejections by reason, and unknown `names` of events by count.

    >>> told(Intake(outcomes={"forwarded": 60, "passed": 15}, passed={"group": 15}), {}, 60).says
    'in the last 60 min: 75 records, rejected 0 (0.0%), passed by 15 (20.0%), times set back 0, unread 0, masked 0'
    """
    if not found.received and not reasons:
        return Report("inputs", "nothing came in the last hour")
    refused, passed = found.outcomes.get("rejected", 0), found.outcomes.get("passed", 0)
    says = (
        f"in the last {minutes} min: {found.received:,} records, rejected {refused:,} ({_share(refused, found)}), "
        f"passed by {passed:,} ({_share(passed, found)}), times set back {found.clamped:,}, "
        f"unread {sum(found.unread.values()):,}, masked {sum(found.masked.values()):,}"
    )
    notes = list(_notes(found, reasons, names or {}))
    return Report("inputs", says, list(_findings(found, refused, reasons)), notes=notes)


def _share(count: int, found: Intake) -> str:
    return f"{count / max(1, found.received):.1%}"


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
    if found.received >= ENOUGH and refused >= WORTH_SAYING * found.received:
        reason = Counter(reasons).most_common(1)[0][0] if reasons else ""
        cause = f"{_share(refused, found)} of the records were rejected, most of them as {reason or 'unknown'}"
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


def _recent(settings: Settings, changelog: str, partitions: int, since: int) -> Iterator[Intake]:
    with LogReader(settings, changelog, {}) as reader:
        for number in range(partitions):
            record = reader.last(number, PARTITION_KEY)
            value = None if record is None else record.value()
            if isinstance(value, bytes):
                progress = msgspec.msgpack.decode(PartitionRecord.decode(value).body, type=Progress)
                yield recent(progress, progress.earlier, since)


def _rejected(settings: Settings, since: int) -> tuple[Counter[str], Counter[str]]:
    """Return the rejections since then by reason, and the unknown names among them. Both doors, at most the first LOOK_AT records."""
    reasons, names = Counter[str](), Counter[str]()
    with LogReader(settings, REJECTIONS, offsets_at(settings, REJECTIONS, since)) as reader:
        for message in islice(reader.until_end(), LOOK_AT):
            rejection = msgspec.json.decode(message.value() or b"", type=Rejection)
            reasons[rejection.reason] += 1
            if rejection.reason == "unknown_kind" and (named := NAME.search(rejection.error)):
                names[named[1]] += 1
    return reasons, names
