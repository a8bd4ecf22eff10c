"""Adds up the counts of all partitions and publishes them as insights: metrics, missed targets, moments of truth, paths, surges, tiers.

Norms and value limits go back to the journeys, as signed records in every partition of the log.

Safe to repeat, because nothing here is a difference. Aggregates are totals, and an insight's id says what it is about. A norm of a
version that is in force already changes nothing. A worker that begins again reads what was published before, and repeats none of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Protocol

import msgspec
from msgspec.structs import replace

from agents.carrier.record import PARTITION_KEY, PartitionRecord, row_key
from agents.insights.norms import Telling
from schemas.outputs.insights import ANY_INSIGHT, ChannelMeasured, Insight, MomentOfTruthRanked, StepBlocked, TargetMissed
from streams.insights.channels import week_of_rate
from streams.insights.naming import insight_id, monday_of
from streams.rules.blueprint import Blueprint
from streams.state import RULES, Partition
from streams.state.aggregates import Key
from streams.state.ids import digest
from streams.totals import Sums, overall_insights, row_insights

NEWEST_DAYS = 2  # surges are looked for in so many newest days; older days no longer change
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(ANY_INSIGHT).decode
_read_body = msgspec.msgpack.Decoder(Partition).decode


class Announcer(Protocol):
    """Where insights and norms are published: Kafka, or lists in a test."""

    def publish(self, insight: str, value: bytes | None) -> None:
        """Publish the newest value under this id; None: it is no longer true."""

    def tell(self, control: bytes) -> None:
        """Send a control record to every partition of the log."""

    def flush(self) -> None:
        """Wait until everything has arrived. Raises if it cannot."""


class Insights:
    """The totals, and what was published of them. `counts` is for metrics: the numbers of insights, norms and records read.

    `blueprint_of` returns the blueprint in force for a partition. The targets, owners and limits of the newest one are used for all.
    """

    def __init__(self, announcer: Announcer, blueprint_of: Callable[[Partition], Blueprint]) -> None:
        self._announcer, self._blueprint_of = announcer, blueprint_of
        self._sums = Sums()
        self._bodies: dict[int, Partition] = {}  # partition -> what its newest partition record holds
        self._published: dict[str, bytes] = {}  # id -> hash of the value that was published last
        self._dated: dict[str, str] = {}  # id of a TargetMissed or a ChannelMeasured in force -> the Monday of its week
        self._judged_by: Blueprint | None = None  # the blueprint of the round before; None: there was none
        self._moments: set[str] = set()  # ids of the moments of truth in force
        self._standing: dict[str, StepBlocked] = {}  # id -> a step that was told as blocked now
        self._telling = Telling(announcer.tell, self._bodies.values)
        self.counts: Counter[str] = Counter()

    def recall(self, insight: str, value: bytes | None) -> None:
        """Add a record of the insights topic: what was published before this worker began."""
        if value is None:
            self._forget(insight)
        else:
            self._remember(_decode(value), value)

    def take(self, partition: int, changelog_key: bytes, value: bytes | None) -> None:
        """Add a record of the journeys' changelog. Raises msgspec.DecodeError for one that cannot be read; nothing of it is added."""
        self.counts["records"] += 1
        if (cell := row_key(changelog_key)) is not None:
            self._sums.add_row(partition, cell, value)
        elif changelog_key == PARTITION_KEY and value is not None and (body := PartitionRecord.decode(value).body):
            self._bodies[partition] = _read_body(body)

    def round(self) -> int:
        """Publish everything that has changed and wait until it has arrived. Return how many insights that were."""
        changed, blueprint = self._sums.take_changed(), self._blueprint()
        is_new = blueprint != self._judged_by  # new targets and owners hold for every week that is kept
        if not changed and not is_new:
            return 0
        before, self._judged_by = self.counts["insights"], blueprint
        self._publish_rows(set(self._sums.totals) | changed if is_new else changed, blueprint)
        places, rates = (int(key[1]) for key in changed if key[0] == "place"), (week_of_rate(key) for key in changed if key[0] == "rate")
        alarms = self._publish_overall(None if is_new else {*places, *rates}, blueprint)
        for settled in self._telling.round(self._sums.totals, alarms):
            self.counts["norms"] += 1
            self._publish(settled)
        self._announcer.flush()
        return self.counts["insights"] - before

    def _publish_rows(self, changed: set[Key], blueprint: Blueprint) -> None:
        """Publish the insights of the aggregates that changed. If an aggregate was deleted, withdraw its insight."""
        totals = self._sums.totals
        there = {key: totals[key] for key in changed if key in totals}
        for insight in row_insights(there, blueprint):
            self._publish(insight)
        for key in changed - there.keys():
            self._withdraw(insight_id(*key))

    def _publish_overall(self, weeks: set[int] | None, blueprint: Blueprint) -> list[StepBlocked]:
        """Publish the insights that need all aggregates. Withdraw moments of truth, and what was told of these weeks, that ended.

        None: of all weeks. A blocked step that is not found any more stands no longer. Return the steps that are blocked.
        """
        mondays = set(map(monday_of, weeks or ()))
        stale = {one for one, monday in self._dated.items() if weeks is None or monday in mondays} | self._moments
        blocked = list[StepBlocked]()
        for insight in overall_insights(self._sums.totals, blueprint, weeks, NEWEST_DAYS):
            self._publish(insight)
            stale.discard(insight.id)
            if isinstance(insight, StepBlocked):
                blocked.append(insight)
        for one in stale:
            self._withdraw(one)
        for one in self._standing.keys() - {each.id for each in blocked}:
            self._publish(replace(self._standing[one], stands=False))
        return blocked

    def _publish(self, insight: Insight) -> None:
        value = _encode(insight)
        if self._published.get(insight.id) != digest(value.decode()):
            self._announcer.publish(insight.id, value)
            self.counts["insights"] += 1
            self._remember(insight, value)

    def _remember(self, insight: Insight, value: bytes) -> None:
        self._published[insight.id] = digest(value.decode())
        if isinstance(insight, TargetMissed | ChannelMeasured):
            self._dated[insight.id] = insight.week
        elif isinstance(insight, MomentOfTruthRanked):
            self._moments.add(insight.id)
        elif isinstance(insight, StepBlocked):
            self._standing.pop(insight.id, None)
            self._standing |= {insight.id: insight} if insight.stands else {}

    def _withdraw(self, insight: str) -> None:
        if insight in self._published:
            self._announcer.publish(insight, None)
            self._forget(insight)

    def _forget(self, insight: str) -> None:
        self._published.pop(insight, None)
        self._dated.pop(insight, None)
        self._moments.discard(insight)
        self._standing.pop(insight, None)

    # -- the partitions and their rules

    def _blueprint(self) -> Blueprint:
        """Return the newest blueprint that is in force for any partition."""
        newest = max(self._bodies.values(), key=lambda partition: partition.versions.get(RULES, 0), default=Partition())
        return self._blueprint_of(newest)
