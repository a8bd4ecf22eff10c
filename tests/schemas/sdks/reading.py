"""What becomes of an SDK's events when our readers read them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from schemas.inputs import read
from schemas.reading import Batch, Passed, Read, Rejected
from schemas.touchpoints import Touchpoint
from tests.schemas.sdks import posthog, rudderstack, segment_browser, segment_servers, snowplow
from tests.schemas.sdks.templates import Sdk, Template, at_ms, records

SDKS: tuple[Sdk, ...] = (segment_browser.SDK, segment_servers.SDK, rudderstack.SDK, posthog.SDK, snowplow.SDK)
COUNT = 200  # events of each SDK
ARRIVED = at_ms(100_000)  # ms: after all of them have happened


@dataclass
class Outcome:
    """What was read of some records."""

    reads: list[Read] = field(default_factory=list)
    passed: Counter[str] = field(default_factory=Counter)  # name -> events passed by
    rejected: Counter[str] = field(default_factory=Counter)  # reason -> events
    details: list[str] = field(default_factory=list)  # one for each record with a rejection

    @property
    def unread(self) -> Counter[str]:
        """Count the parts of events that could not be read, by reason."""
        return Counter(part.reason for each in self.reads for part in each.unread)

    @property
    def masked(self) -> Counter[str]:
        """Count the places in which something was hidden, by rule."""
        return Counter(rule for each in self.reads for rule in each.masked)


def outcome_of(values: Iterable[bytes]) -> Outcome:
    """Return what becomes of these records, as if they had come in now."""
    outcome = Outcome()
    for value in values:
        found = read(value, logged_at=ARRIVED)
        reads, passed, refused = _parts(found)
        outcome.reads += reads
        outcome.passed.update(passed)
        if refused is not None:
            outcome.rejected.update(dict(refused.by_reason) or {refused.reason: 1})
            outcome.details.append(f"{refused.reason}: {refused.detail}")
    return outcome


def _parts(found: Read | Batch | Passed | Rejected) -> tuple[tuple[Read, ...], tuple[str, ...], Rejected | None]:
    if isinstance(found, Batch):
        return found.reads, found.passed, found.refused
    if isinstance(found, Read):
        return (found,), (), None
    return ((), (found.name,), None) if isinstance(found, Passed) else ((), (), found)


def touchpoints_of(sdk: Sdk, template: Template, number: int = 1) -> list[Touchpoint]:
    """Return the touchpoints of one event of this SDK."""
    return [each.touchpoint for each in outcome_of(sdk.pack([template.make(number)])).reads]


def table() -> str:
    """Return the table of all SDKs: events, how many were read, passed by and rejected, and why."""
    rows: list[tuple[str, ...]] = [("SDK", "events", "read", "passed by", "rejected", "unread parts", "hidden by rule")]
    for sdk in SDKS:
        rows.append(_row(sdk.name, outcome_of(records(sdk, COUNT)), COUNT))
    for sdk in SDKS:
        if sdk.faults:
            faults = [value for _, template in sdk.faults for value in sdk.pack([template.make(1)])]
            rows.append(_row(f"{sdk.name}, senders at fault", outcome_of(faults), len(sdk.faults)))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)


def _row(name: str, outcome: Outcome, events: int) -> tuple[str, ...]:
    passed, rejected = outcome.passed.total(), outcome.rejected.total()
    cells = (outcome.rejected, outcome.unread, outcome.masked)
    return (name, str(events), str(events - passed - rejected), str(passed), *(_counts(each) for each in cells))


def _counts(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.most_common()) or "none"
