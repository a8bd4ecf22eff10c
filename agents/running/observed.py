"""What a role answers to health checks and metrics: whether it does its work, and what it has counted.

The HTTP thread asks while the role works. A role therefore answers from plain attributes, read once. A dictionary that grows is
copied first: an iteration over it would fail while the role writes to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

Name = Literal[
    "journey_blocked_records",
    "journey_blocked_seconds",
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
    "journey_forgotten_total",
    "journey_insights_total",
    "journey_journeys",
    "journey_learning_brier",
    "journey_learning_drift",
    "journey_learning_examples",
    "journey_learning_slope",
    "journey_learning_worse_than_priors",
    "journey_ledger_dirty",
    "journey_masked_total",
    "journey_model_version",
    "journey_names_other_total",
    "journey_names_pushed_out_total",
    "journey_norms_total",
    "journey_offers_total",
    "journey_own_failures_total",
    "journey_passed_total",
    "journey_ready",
    "journey_http_dropped_total",
    "journey_rebalances_total",
    "journey_recovery_records_total",
    "journey_recovery_seconds_total",
    "journey_redis_errors_total",
    "journey_redis_seconds_total",
    "journey_rejections_total",
    "journey_role_lag",
    "journey_signals_total",
    "journey_undecodable_total",
    "journey_unread_total",
    "journey_view_fill_left",
    "journey_view_fills_total",
    "journey_views_total",
    "journey_wakes_due",
    "journey_wakes_waiting",
]
HistogramName = Literal["journey_event_to_decision_seconds"]


class Sample(NamedTuple):
    """One figure of a metric: the metric's name, the values of its labels, and the figure."""

    name: Name
    labels: tuple[str, ...]
    figure: float


def by_topic(name: Name, counts: Mapping[str, int]) -> Iterator[Sample]:
    """Yield one figure for each topic.

    >>> list(by_topic("journey_undecodable_total", {"journey.models.v1": 2}))
    [Sample(name='journey_undecodable_total', labels=('journey.models.v1',), figure=2)]
    """
    for topic, count in list(counts.items()):
        yield Sample(name, (topic,), count)


class Histogram(NamedTuple):
    """A histogram: how many values are at or below each bound (as text, `+Inf` last), and the sum of all values."""

    name: HistogramName
    buckets: Sequence[tuple[str, int]]
    sum: float


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether the role does its work now; if not, the status and the reasons, in words."""

    ready: bool
    status: str
    reasons: tuple[str, ...] = ()


class Observed(Protocol):
    """A role as health checks and metrics see it. Each role implements it."""

    def readiness(self) -> Readiness:
        """Return whether the role does its work."""

    def counters(self) -> Iterator[Sample | Histogram]:
        """Yield every figure that there is now. A figure that has no value yet is left out."""
