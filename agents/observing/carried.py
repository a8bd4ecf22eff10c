"""The figures of the two roles on the carrier, `ingest` and `journey`: those of the job, of the carrier, and of each partition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic
from typing import Any, TypeAlias

from agents.carrier.blocked import reasons
from agents.carrier.ledger import AnyLedger
from agents.carrier.partition import OwnedPartition
from agents.ingest import IngestJob, Progress
from agents.journey.body import Body
from agents.journey.job import JourneyJob
from agents.running.observed import Histogram, Name, Readiness, Sample
from streams.state.aggregates import Aggregates

CarrierJob: TypeAlias = IngestJob | JourneyJob
BOOKED: dict[str, tuple[Name, int]] = {  # sort of a key in the job's book -> its metric, and how many names of the key are labels
    "rejection": ("journey_rejections_total", 1),
    "passed": ("journey_passed_total", 1),
    "unread": ("journey_unread_total", 1),
    "signal": ("journey_signals_total", 2),
    "decision": ("journey_decisions_total", 2),
    "offer": ("journey_offers_total", 1),
}


@dataclass(frozen=True, slots=True)
class Carried:
    """A running job with its ledger."""

    role: str
    job: CarrierJob
    ledger: AnyLedger

    def readiness(self) -> Readiness:
        """Return whether the ledger owns all its assigned partitions, which may be none, and nobody's open transaction holds it up."""
        ledger = self.ledger
        if not ledger.ready:
            return Readiness(False, ledger.status, (ledger.reason or ledger.status,))
        waiting = reasons(dict(ledger.blocked), ledger.options.source, monotonic())
        return Readiness(not waiting, ledger.status, waiting)

    def counters(self) -> Iterator[Sample | Histogram]:
        """Yield the figures of the job, of the carrier, and of each partition."""
        yield from of_job(self.role, self.job)
        yield from _of_ledger(self.role, self.ledger)
        for number, partition in list(self.ledger.owned.items()):
            yield from _of_partition(self.role, str(number), partition)


def of_job(role: str, job: CarrierJob) -> Iterator[Sample | Histogram]:
    """Yield what the job has counted since this process began."""
    yield Sample("journey_clock_clamped_total", (role,), job.clamped)
    for rule, count in list(job.masked.items()):
        yield Sample("journey_masked_total", (role, rule), count)
    for (sort, *names), count in list(job.book.items()):
        if sort in BOOKED:
            name, width = BOOKED[sort]
            yield Sample(name, tuple(names[:width]), count)
    if isinstance(job, JourneyJob):
        for reason, count in list(job.door.unread.items()):
            yield Sample("journey_unread_total", (reason,), count)
        for detector, count in list(job.silences.counts.items()):
            yield Sample("journey_detector_failures_total", (detector,), count)
        yield Histogram("journey_event_to_decision_seconds", job.latency.buckets(), job.latency.seconds)


def _of_ledger(role: str, ledger: AnyLedger) -> Iterator[Sample]:
    count, labels = ledger.count, (role,)
    yield Sample("journey_own_failures_total", labels, count.failures)
    yield Sample("journey_commits_total", labels, count.commits)
    yield Sample("journey_commit_seconds_total", labels, count.commit_seconds)
    if at := count.committed_at:
        yield Sample("journey_commit_age_seconds", labels, monotonic() - at)
    yield Sample("journey_rebalances_total", labels, count.rebalances)
    yield Sample("journey_recovery_records_total", labels, count.recovery_records)
    yield Sample("journey_recovery_seconds_total", labels, count.recovery_seconds)
    yield Sample("journey_ledger_dirty", labels, sum(len(partition.changed) for partition in list(ledger.owned.values())))
    for number, behind in list(ledger.lag.items()):
        yield Sample("journey_consumer_lag", (ledger.options.source, str(number)), behind)
    for number, blocked in list(ledger.blocked.items()):
        where = (ledger.options.source, str(number))
        yield Sample("journey_blocked_records", where, blocked.records)
        yield Sample("journey_blocked_seconds", where, monotonic() - blocked.since)


def _of_partition(role: str, number: str, partition: OwnedPartition[Any]) -> Iterator[Sample]:
    """Yield the partition's own counts. They are stored in its record, so they continue when another worker owns the partition."""
    body: Body | Progress = partition.body
    outcomes = body.shared.outcomes if isinstance(body, Body) else body.outcomes
    for outcome, count in list(outcomes.items()):
        yield Sample("journey_events_total", (role, number, outcome), count)
    if isinstance(body, Body):
        yield from _of_names(number, body.shared.aggregates)
        yield Sample("journey_journeys", (number,), len(partition.states))
        yield Sample("journey_forgotten_total", (number,), body.shared.forgotten)
        yield Sample("journey_wakes_due", (number,), len(body.wakes.sent))
        yield Sample("journey_wakes_waiting", (number,), len(body.wakes))


def _of_names(number: str, aggregates: Aggregates) -> Iterator[Sample]:
    """Yield what was counted of the names that are not kept apart, by sort."""
    counts = Counter[tuple[Name, str]]()
    for sort, told in aggregates.groups.told():
        counts["journey_names_other_total", sort] += told.get("other", 0)
        counts["journey_names_pushed_out_total", sort] += told.get("pushed_out", 0)
    for (name, sort), count in counts.items():
        yield Sample(name, (number, sort), count)
