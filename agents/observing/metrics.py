"""Every metric is one row: its name, kind, labels, what it says, and where it is read. Read at scrape time, from plain counters.

Labels are bounded by the topics, the rules and the reasons there are; a customer is never one. `journey_events_total` is each
partition's own book, kept in its record: it goes on where it was, whichever worker owns the partition.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from agents.journey.job import JourneyJob
from agents.observing import measured
from agents.observing.witness import Witness

Name = Literal[
    "journey_build_info",
    "journey_cadence_fit_failures_total",
    "journey_cadence_fit_seconds_total",
    "journey_cadence_fits_total",
    "journey_clock_clamped_total",
    "journey_commit_age_seconds",
    "journey_commit_seconds_total",
    "journey_commits_total",
    "journey_consumer_lag",
    "journey_decisions_total",
    "journey_detector_failures_total",
    "journey_events_total",
    "journey_insights_total",
    "journey_journeys",
    "journey_learning_brier",
    "journey_learning_drift",
    "journey_learning_examples",
    "journey_learning_slope",
    "journey_learning_worse_than_priors",
    "journey_ledger_dirty",
    "journey_model_version",
    "journey_norms_total",
    "journey_offers_total",
    "journey_own_failures_total",
    "journey_ready",
    "journey_rebalances_total",
    "journey_recovery_records_total",
    "journey_recovery_seconds_total",
    "journey_redis_errors_total",
    "journey_redis_seconds_total",
    "journey_rejections_total",
    "journey_signals_total",
    "journey_views_total",
    "journey_wakes_due",
    "journey_wakes_waiting",
]
LATENCY = "journey_event_to_decision_seconds"
LATENCY_SAYS = "from the broker's timestamp of the record that caused a decision to the commit that published it"


@dataclass(frozen=True, slots=True)
class Row:
    """One metric. A counter's name ends in `_total`."""

    name: Name
    labels: tuple[str, ...]
    says: str
    read: measured.Reader

    @property
    def family(self) -> type[CounterMetricFamily] | type[GaugeMetricFamily]:
        """How Prometheus has to take it."""
        return CounterMetricFamily if self.name.endswith("_total") else GaugeMetricFamily


_ROLE = ("role",)
ROWS: tuple[Row, ...] = (
    Row("journey_build_info", ("version", "role", "worker"), "1: this version runs", measured.build),
    Row("journey_ready", _ROLE, "1: the role does its work", measured.ready),
    Row("journey_events_total", ("role", "partition", "outcome"), "how the partition's records ended, in all", measured.events),
    Row("journey_clock_clamped_total", _ROLE, "times set back for lying too far ahead of their arrival", measured.clamped),
    Row("journey_rejections_total", ("reason",), "records that were rejected", measured.booked("rejection", 1)),
    Row("journey_signals_total", ("family", "name"), "friction points and churn signals", measured.booked("signal", 2)),
    Row("journey_decisions_total", ("outcome", "reason"), "decisions, with the reason of a no", measured.booked("decision", 2)),
    Row("journey_offers_total", ("offer",), "offers made", measured.booked("offer", 1)),
    Row("journey_detector_failures_total", ("detector",), "events a detector was silent on for having failed", measured.detector_failures),
    Row("journey_own_failures_total", _ROLE, "records our own code failed on", measured.counted(lambda count: count.failures)),
    Row("journey_consumer_lag", ("topic", "partition"), "records not read yet", measured.lag),
    Row("journey_commits_total", _ROLE, "transactions committed", measured.counted(lambda count: count.commits)),
    Row("journey_commit_seconds_total", _ROLE, "time spent committing", measured.counted(lambda count: count.commit_seconds)),
    Row("journey_commit_age_seconds", _ROLE, "since the last commit", measured.commit_age),
    Row("journey_ledger_dirty", _ROLE, "journeys changed since the last commit", measured.dirty),
    Row("journey_journeys", ("partition",), "journeys held", measured.journeys),
    Row("journey_rebalances_total", _ROLE, "times the group distributed its partitions", measured.counted(lambda count: count.rebalances)),
    Row("journey_recovery_records_total", _ROLE, "changelog records read", measured.counted(lambda count: count.recovery_records)),
    Row("journey_recovery_seconds_total", _ROLE, "time spent reading them", measured.counted(lambda count: count.recovery_seconds)),
    Row("journey_wakes_due", ("partition",), "ticks under way", measured.wakes_due),
    Row("journey_wakes_waiting", ("partition",), "journeys waiting for a moment", measured.wakes_waiting),
    Row("journey_insights_total", (), "insights published", measured.added_up("insights")),
    Row("journey_norms_total", (), "norms told to the journeys", measured.added_up("norms")),
    Row("journey_learning_examples", (), "stated risks that were proved and learnt from", measured.examples),
    Row("journey_learning_brier", (), "Brier score of the latest stated risks", measured.calibration(0)),
    Row("journey_learning_slope", (), "slope of their calibration line: 1, and a risk means what it says", measured.calibration(1)),
    Row(
        "journey_learning_drift",
        ("summand",),
        "stability index of what risks are judged by; above .2 the world has changed",
        measured.drift,
    ),
    Row("journey_learning_worse_than_priors", (), "1: what was learnt lost to the shipped priors lately", measured.worse),
    Row("journey_model_version", ("model",), "version published last; 0: shipped priors", measured.in_force),
    Row("journey_cadence_fits_total", (), "cadence models fitted", measured.fits(lambda fits: fits.ended)),
    Row("journey_cadence_fit_failures_total", (), "fits that ended without a word", measured.fits(lambda fits: fits.failed)),
    Row("journey_cadence_fit_seconds_total", (), "time they took", measured.fits(lambda fits: fits.seconds)),
    Row("journey_views_total", (), "views written to the read model", measured.served("views")),
    Row("journey_redis_seconds_total", (), "time spent writing to Redis", measured.served("seconds")),
    Row("journey_redis_errors_total", (), "attempts that Redis did not answer", measured.served("errors")),
)


class Scrape(Collector):
    """Reads the rows off a witness whenever somebody asks; between two scrapes metrics cost nothing."""

    def __init__(self, witness: Witness) -> None:
        self._witness = witness

    def collect(self) -> Iterator[Metric]:
        """Every row that has something to say."""
        for row in ROWS:
            samples = list(row.read(self._witness))
            if samples:
                family = row.family(row.name, row.says, labels=row.labels)
                for labels, figure in samples:
                    family.add_metric(list(labels), figure)
                yield family
        if isinstance(job := self._witness.job, JourneyJob):
            latency = HistogramMetricFamily(LATENCY, LATENCY_SAYS)
            latency.add_metric([], job.latency.buckets(), job.latency.seconds)
            yield latency


def exposition(witness: Witness) -> bytes:
    """The metrics of this process as Prometheus reads them.

    >>> b"journey_build_info" in exposition(Witness("serving", "worker-1"))
    True
    """
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Scrape(witness))
    return generate_latest(registry)
