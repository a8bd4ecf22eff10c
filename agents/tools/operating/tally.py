"""Adds up the outcomes of the events of one run of `sojourn send`. It is pure: counts go in, counts come out.

A record may hold several events. A record is rejected with all of its bytes if one event in it cannot be read; the others go on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Counts = Mapping[str, int]

APPLIED = ("applied", "forwarded")  # outcomes at the journey: `forwarded` went on to the journey of the same customer's other id


@dataclass(frozen=True)
class Tally:
    """The outcomes of all events of a run. Each event has one, so `applied` to `rejected` add up to `events`.

    None: unknown, since a worker of another version keeps no counts, or has forgotten those of this run.
    """

    records: int
    events: int | None
    applied: int | None  # journeys took them in
    duplicate: int | None  # told before: the same source and id, or the same thing
    late: int | None  # taken in out of order: no signal looks at them
    passed: int | None  # passed by: they hold nothing for a journey, and are no fault
    rejected: int | None
    rejected_records: int  # kept whole for `sojourn rejections`; other events of the same record may have been applied
    reasons: Counts  # reason -> rejected events; records where the number of events is unknown
    clamped: int = 0  # of all: a time ahead of its arrival was set back
    unread: Counts = field(default_factory=dict)  # reason -> parts of events, such as amounts, that could not be read

    @property
    def at_fault(self) -> bool:
        """Whether something was rejected."""
        return self.rejected_records > 0 or bool(self.rejected)

    def document(self) -> dict[str, Any]:
        """Return the counts for programs; null is unknown."""
        return {
            "records": self.records, "events": self.events, "applied": self.applied, "duplicate": self.duplicate, "late": self.late,
            "passed_by": self.passed, "rejected": self.rejected, "rejected_records": self.rejected_records, "reasons": dict(self.reasons),
            "clamped": self.clamped, "unread": dict(self.unread),
        }  # fmt: skip

    def words(self) -> str:
        """Return the counts in one line.

        >>> tally(1, {"forwarded": 1, "rejected no_customer": 1}, {"applied": 1}, {"no_customer": 1}, {}).words()
        '1 record, 2 events: applied 1, duplicate 0, late 0, passed by 0, rejected 1'
        """
        records = _number(self.records, "record")
        if self.events is None:
            return f"{records}: rejected {self.rejected_records:,}; what became of the others is unknown"
        counts = ("applied", self.applied), ("duplicate", self.duplicate), ("late", self.late), ("passed by", self.passed)
        told = ", ".join(f"{name} {'unknown' if count is None else f'{count:,}'}" for name, count in counts)
        return f"{records}, {_number(self.events, 'event')}: {told}, rejected {self.rejected or 0:,}"


def tally(records: int, ingest: Counts | None, journey: Counts | None, at_ingest: Counts, at_journey: Counts) -> Tally:
    """Return the outcomes of a run of `records` records.

    `ingest` and `journey` are what the workers counted for the run (agents.running.runs); None: a worker kept no counts. A run that was
    sent past ingest has an `ingest` of {"forwarded": records}. `at_ingest` and `at_journey` are the rejections in the log, in records
    by reason.

    >>> tally(1, None, None, {"empty": 1}, {}).events is None
    True
    """
    kept = sum(at_ingest.values()) + sum(at_journey.values())
    if ingest is None:
        return Tally(records, None, None, None, None, None, None, kept, Counter(at_ingest) + Counter(at_journey))
    reasons = Counter(_under(ingest, "rejected "))
    for reason, count in at_ingest.items():
        reasons[reason] = max(reasons[reason], count)  # a defect of ours is rejected by the carrier, which counts no runs
    forwarded, passed = ingest.get("forwarded", 0), ingest.get("passed", 0)
    reasons.update(at_journey)
    rejected = reasons.total()
    events = forwarded + passed + rejected - sum(at_journey.values())
    clamped, unread = ingest.get("clamped", 0), _under(ingest, "unread ")
    applied, duplicate, late = _outcomes(journey, forwarded - sum(at_journey.values()))
    return Tally(records, events, applied, duplicate, late, passed, rejected, kept, dict(reasons.most_common()), clamped, unread)


def _outcomes(journey: Counts | None, wanted: int) -> tuple[int, int, int] | tuple[None, None, None]:
    """Return applied, duplicate and late, if they add up to the events that reached the journey; else they are unknown."""
    counts = journey or {}
    applied, duplicate, late = sum(counts.get(name, 0) for name in APPLIED), counts.get("duplicate", 0), counts.get("late", 0)
    return (applied, duplicate, late) if applied + duplicate + late == wanted else (None, None, None)


def _under(counts: Counts, prefix: str) -> dict[str, int]:
    return {name.removeprefix(prefix): count for name, count in counts.items() if name.startswith(prefix)}


def _number(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
