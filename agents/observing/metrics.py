"""All metrics, one row each: the name, the labels, and the help text.

The roles read the figures from plain counters when Prometheus asks. The number of label values is bounded by the topics, the rules and
the reasons. A customer is never a label. `journey_events_total` is stored in each partition's record, so it continues when another
worker owns the partition.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from agents.observing.witness import Witness
from agents.running.observed import Histogram, HistogramName, Name, Sample

LATENCY: HistogramName = "journey_event_to_decision_seconds"
LATENCY_SAYS = "from the broker's timestamp of the record that caused a decision to the commit that published it"


@dataclass(frozen=True, slots=True)
class Row:
    """One metric. A counter's name ends in `_total`."""

    name: Name
    labels: tuple[str, ...]
    says: str

    @property
    def family(self) -> type[CounterMetricFamily] | type[GaugeMetricFamily]:
        """The metric's type for Prometheus: counter or gauge."""
        return CounterMetricFamily if self.name.endswith("_total") else GaugeMetricFamily


_ROLE = ("role",)
ROWS: tuple[Row, ...] = (
    Row("journey_build_info", ("version", "commit", "build", "role", "worker"), "1: this commit runs, pure or compiled"),
    Row("journey_ready", _ROLE, "1: the role does its work"),
    Row("journey_http_dropped_total", ("role", "why"), "HTTP connections closed without an answer: crowded, slow, broken or failed"),
    Row("journey_events_total", ("role", "partition", "outcome"), "how the partition's records ended, in all"),
    Row("journey_clock_clamped_total", _ROLE, "times set back for lying too far ahead of their arrival"),
    Row("journey_masked_total", ("role", "rule"), "places hidden in paths and texts, by rule"),
    Row("journey_rejections_total", ("reason",), "records that were rejected"),
    Row("journey_passed_total", ("name",), "events passed by, because they hold nothing for a journey"),
    Row("journey_unread_total", ("reason",), "parts of applied events that could not be read"),
    Row(
        "journey_undecodable_total",
        ("topic",),
        "records of an internal topic that could not be decoded and were passed by; the log names each",
    ),
    Row("journey_signals_total", ("family", "name"), "friction points and churn signals"),
    Row("journey_decisions_total", ("outcome", "reason"), "decisions, with the reason of a no"),
    Row("journey_offers_total", ("offer",), "offers made"),
    Row("journey_detector_failures_total", ("detector",), "events a detector was silent on for having failed"),
    Row("journey_own_failures_total", _ROLE, "records our own code failed on"),
    Row("journey_consumer_lag", ("topic", "partition"), "records not read yet, of the partitions that this process owns"),
    Row("journey_role_lag", ("role", "partition"), "offsets between what any role has committed and the log's end, told by every process"),
    Row("journey_blocked_records", ("topic", "partition"), "records that nobody can read yet: they lie behind an open transaction"),
    Row("journey_blocked_seconds", ("topic", "partition"), "for how long the same transaction has been open"),
    Row("journey_commits_total", _ROLE, "transactions committed"),
    Row("journey_commit_seconds_total", _ROLE, "time spent committing"),
    Row("journey_commit_age_seconds", _ROLE, "since the last commit"),
    Row("journey_ledger_dirty", _ROLE, "journeys changed since the last commit"),
    Row("journey_journeys", ("partition",), "journeys held"),
    Row("journey_forgotten_total", ("partition",), "anonymous journeys forgotten because they were silent for `forget_anonymous_days`"),
    Row("journey_rebalances_total", _ROLE, "times the group distributed its partitions"),
    Row("journey_recovery_records_total", _ROLE, "changelog records read"),
    Row("journey_recovery_seconds_total", _ROLE, "time spent reading them"),
    Row("journey_wakes_due", ("partition",), "ticks under way"),
    Row("journey_wakes_waiting", ("partition",), "journeys waiting for a moment"),
    Row("journey_insights_total", (), "insights published"),
    Row("journey_names_other_total", ("partition", "sort"), "sightings of names that the insights do not keep apart, counted as other"),
    Row("journey_names_pushed_out_total", ("partition", "sort"), "names that gave way to one that was seen more"),
    Row("journey_norms_total", (), "norms told to the journeys"),
    Row("journey_learning_examples", (), "stated risks that were proved and learnt from"),
    Row("journey_learning_brier", (), "Brier score of the latest stated risks"),
    Row("journey_learning_slope", (), "slope of their calibration line: 1, and a risk means what it says"),
    Row("journey_learning_drift", ("summand",), "stability index of what risks are judged by; above .2 the world has changed"),
    Row("journey_learning_worse_than_priors", (), "1: what was learnt lost to the shipped priors lately"),
    Row("journey_model_version", ("model",), "version published last; 0: shipped priors"),
    Row("journey_cadence_fits_total", (), "cadence models fitted"),
    Row("journey_cadence_fit_failures_total", (), "fits that ended without a word"),
    Row("journey_cadence_fit_seconds_total", (), "time they took"),
    Row("journey_views_total", (), "views written to the read model"),
    Row("journey_view_fills_total", (), "times the views of a partition were missing and were made again"),
    Row("journey_view_fill_left", (), "changelog records left to read until no view is missing"),
    Row("journey_redis_seconds_total", (), "time spent writing to Redis"),
    Row("journey_redis_errors_total", (), "attempts that Redis did not answer"),
)


class Scrape(Collector):
    """Reads the figures of a witness at each scrape. Between two scrapes metrics cost nothing."""

    def __init__(self, witness: Witness) -> None:
        self._witness = witness

    def collect(self) -> Iterator[Metric]:
        """Yield every metric that has samples, in the order of the rows; the histogram comes last."""
        said = list(self._witness.samples())
        found: defaultdict[str, list[Sample]] = defaultdict(list)
        for sample in said:
            if isinstance(sample, Sample):
                found[sample.name].append(sample)
        for row in ROWS:
            if row.name in found:
                family = row.family(row.name, row.says, labels=row.labels)
                for _, labels, figure in found[row.name]:
                    family.add_metric(labels, figure)
                yield family
        for histogram in said:
            if isinstance(histogram, Histogram):
                latency = HistogramMetricFamily(LATENCY, LATENCY_SAYS)
                latency.add_metric([], histogram.buckets, histogram.sum)
                yield latency


def exposition(witness: Witness) -> bytes:
    """Return the metrics of this process in Prometheus' text format.

    >>> b"journey_build_info" in exposition(Witness("serving", "worker-1"))
    True
    """
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Scrape(witness))
    return generate_latest(registry)
