"""The page of metrics. The meaning of each comes from its row in the code; when to worry is written here."""

from __future__ import annotations

from collections.abc import Mapping

from agents.observing.metrics import LATENCY, LATENCY_SAYS, ROWS, Row
from agents.tools.reference.markdown import in_code, page, table

INTRO = """
Every role answers on `/metrics`, `/healthz` and `/readyz`, on loopback unless `SOJOURN_HTTP_HOST` says otherwise. The first role
has the port `SOJOURN_HTTP_PORT`, the others follow it. A metric whose name ends in `_total` is a counter: look at its rate. Labels
are bounded; a customer is never one. `journey_events_total` belongs to its partition and goes on where it was, whichever worker
owns the partition.
"""
FINE = "never by itself"
WHEN_TO_WORRY: Mapping[str, str] = {
    "journey_build_info": "two commits, or two builds, run at once for longer than a rolling upgrade takes",
    "journey_ready": "0 for more than 5 minutes: ask /readyz for the reason; after a start the role reads its state first",
    "journey_http_dropped_total": "`crowded` or `slow` rises: somebody keeps connections open; let only Prometheus and the orchestrator in",
    "journey_events_total": "`rejected` or `late` rises: look at the senders; `duplicate` rises: a producer sends again",
    "journey_clock_clamped_total": "it rises: a sender's clock is more than five minutes ahead",
    "journey_masked_total": "a rule jumps: a sender began to put addresses, tokens or numbers into its paths; mend it there",
    "journey_rejections_total": "more than one in a thousand events: `sojourn rejections list` shows reason and bytes",
    "journey_passed_total": FINE,
    "journey_blocked_records": "`journey_blocked_seconds` of the same partition is above 30",
    "journey_blocked_seconds": "it is above 30: somebody else's transaction stays open; `sojourn topics transactions` names and ends it",
    "journey_undecodable_total": "It is above 0: somebody who is no worker writes to an internal topic. The log names each record.",
    "journey_unread_total": "it rises: `sojourn rejections list` names the fields, with `in part` in front",
    "journey_signals_total": "a detector is silent that never was, or fires ten times as often: look for a change at its senders",
    "journey_decisions_total": "`no_consent` or `frequency_cap` takes nearly all: the contact policy decides, not the offers",
    "journey_offers_total": "an offer is never made: `sojourn explain` shows which step removes it",
    "journey_detector_failures_total": "it rises at all: a defect in that detector; the event was applied all the same",
    "journey_own_failures_total": "it rises at all: a defect of ours; more than 10 % of the last 10,000 records end the worker",
    "journey_consumer_lag": "it grows for minutes: add workers, up to one a partition",
    "journey_role_lag": (
        "`max by (role, partition) (journey_role_lag)` grows for five minutes: the role is dead, frozen or too slow; alert on this one. "
        "A few offsets are markers of transactions"
    ),
    "journey_commits_total": "it stands still while there is lag",
    "journey_commit_seconds_total": "a commit takes longer than the commit interval: the brokers are slow",
    "journey_commit_age_seconds": "more than 60 with lag: the watchdog ends the worker soon, and its log says why",
    "journey_ledger_dirty": "above 20,000: commits do not keep up",
    "journey_journeys": "it grows without new customers: somebody sends ids that are no customers",
    "journey_forgotten_total": FINE,
    "journey_rebalances_total": "more than three in ten minutes: workers come and go; look for 70 in the supervisor's log",
    "journey_recovery_records_total": FINE,
    "journey_recovery_seconds_total": "a recovery takes longer than five minutes: add partitions or memory",
    "journey_wakes_due": "it does not return to near 0: ticks are sent and not read",
    "journey_wakes_waiting": FINE,
    "journey_insights_total": "no role counts: nobody leads the insights; look at the workers' /readyz",
    "journey_norms_total": FINE,
    "journey_learning_examples": "it stands still for a month: no stated risk comes true, or nobody leads the learning",
    "journey_learning_brier": "it rises by a third: the risk judges worse than it did",
    "journey_learning_slope": "below 0.5 (risks are too sure) or above 2 (too timid)",
    "journey_learning_drift": "above 0.2: this part of the risk comes otherwise than when it was learnt",
    "journey_learning_worse_than_priors": "1: run `sojourn models show`, then `sojourn models fall-back weights`",
    "journey_model_version": FINE,
    "journey_cadence_fits_total": "it stands still for longer than `SOJOURN_CADENCE_INTERVAL_MS`",
    "journey_cadence_fit_failures_total": "it rises: the log of the learning role says why; the model in force stays in force",
    "journey_cadence_fit_seconds_total": FINE,
    "journey_names_other_total": "it grows as fast as the events: too many places or channels, or somebody invents them",
    "journey_names_pushed_out_total": "it rises again and again: names come and go; send fewer, or shorter ones",
    "journey_views_total": "it stands still while journeys change: the read model is old",
    "journey_view_fills_total": "it rises again and again: Redis is emptied, restarts, or evicts keys",
    "journey_view_fill_left": "it does not fall: views are missing, and readiness says why",
    "journey_redis_seconds_total": "it grows as fast as time does: Redis is the bottleneck of the read model",
    "journey_redis_errors_total": "it rises: Redis does not answer; decisions are not affected",
    LATENCY: "the 99th percentile is above one second",
}


def metrics_page() -> str:
    """Return the page with one row a metric."""
    rows = [_row(row) for row in ROWS]
    rows.append((f"`{LATENCY}`", "histogram", "", LATENCY_SAYS, WHEN_TO_WORRY[LATENCY]))
    return page("Metrics", INTRO, table(("metric", "type", "labels", "says", "when to worry"), rows))


def _row(row: Row) -> tuple[str, ...]:
    """Return the row of a metric. Raises LookupError if `WHEN_TO_WORRY` lacks it: whoever adds a metric says when to worry."""
    if row.name not in WHEN_TO_WORRY:
        raise LookupError(f"say in {__name__}.WHEN_TO_WORRY when to worry about {row.name}")
    kind = "counter" if row.name.endswith("_total") else "gauge"
    return (f"`{row.name}`", kind, in_code(row.labels), row.says, WHEN_TO_WORRY[row.name])
