"""The insights agent: what all partitions have counted becomes measures, missed targets, moments of truth, paths, surges and tiers; and
what is usual, and what customers are worth, goes back to the journeys, as signed records in every partition of the log.

Safe to retry because nothing here is a difference: cells are totals, an insight's id says what it is about, and a norm of a version
that is in force already changes nothing. A worker that begins again reads what was published before, and repeats none of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Protocol

import msgspec

from agents.carrier.record import PARTITION_KEY, PartitionRecord, row_key
from agents.insights.norms import Telling
from schemas.insights import ANY_INSIGHT, Insight, MomentOfTruthRanked, TargetMissed
from streams.insights.naming import insight_id, monday_of
from streams.rules.blueprint import Blueprint
from streams.state import RULES, Partition
from streams.state.aggregates import Key
from streams.state.ids import digest
from streams.totals import Sums, overall_insights, row_insights

NEWEST_DAYS = 2  # surges are looked for so far back: what an older day was is settled
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(ANY_INSIGHT).decode
_read_body = msgspec.msgpack.Decoder(Partition).decode


class Announcer(Protocol):
    """Where insights and norms go: Kafka, or a test's lists."""

    def publish(self, insight: str, value: bytes | None) -> None:
        """The newest under this id; None: it is true no longer."""

    def tell(self, control: bytes) -> None:
        """A control record for every partition of the log."""

    def flush(self) -> None:
        """Returns when everything has arrived; raises where it cannot."""


class Insights:
    """What has been counted, and what has been said of it. `counts` is for metrics: insights by type, norms, records read.

    `blueprint_of` finds the blueprint that a partition is under: its targets, owners and limits hold for all.
    """

    def __init__(self, announcer: Announcer, blueprint_of: Callable[[Partition], Blueprint]) -> None:
        self._announcer, self._blueprint_of = announcer, blueprint_of
        self._sums = Sums()
        self._records: dict[int, bytes] = {}  # partition -> its newest own record
        self._said: dict[str, bytes] = {}  # id -> mark of what was published last
        self._misses: dict[str, str] = {}  # id of a TargetMissed that stands -> the Monday of its week
        self._moments: set[str] = set()  # ids of the moments of truth that stand
        self._telling = Telling(announcer.tell, self._partitions)
        self.counts: Counter[str] = Counter()

    def recall(self, insight: str, value: bytes | None) -> None:
        """A record of our own topic, from before we began."""
        if value is None:
            self._forget(insight)
        else:
            self._note(_decode(value), value)

    def take(self, partition: int, changelog_key: bytes, value: bytes | None) -> None:
        """A record of the journeys' changelog."""
        self.counts["records"] += 1
        if (cell := row_key(changelog_key)) is not None:
            self._sums.add_row(partition, cell, value)
        elif changelog_key == PARTITION_KEY and value is not None:
            self._records[partition] = value

    def round(self) -> int:
        """Everything that has changed is published, and has arrived; returns how many insights that were."""
        changed = self._sums.take_changed()
        if not changed:
            return 0
        blueprint, before = self._blueprint(), self.counts["insights"]
        self._say_cells(changed, blueprint)
        self._say_all({int(key[1]) for key in changed if key[0] == "place"}, blueprint)
        for settled in self._telling.round(self._sums.totals):
            self.counts["norms"] += 1
            self._say(settled)
        self._announcer.flush()
        return self.counts["insights"] - before

    def _say_cells(self, changed: set[Key], blueprint: Blueprint) -> None:
        """What the cells that changed say for themselves; of one that was forgotten its insight goes as well."""
        totals = self._sums.totals
        there = {key: totals[key] for key in changed if key in totals}
        for insight in row_insights(there, blueprint):
            self._say(insight)
        for key in changed - there.keys():
            self._withdraw(insight_id(*key))

    def _say_all(self, weeks: set[int], blueprint: Blueprint) -> None:
        """What only all cells together say. What was said of these weeks, or of a place, and holds no longer is withdrawn."""
        mondays = set(map(monday_of, weeks))
        stale = {one for one, monday in self._misses.items() if monday in mondays} | self._moments
        for insight in overall_insights(self._sums.totals, blueprint, weeks, NEWEST_DAYS):
            self._say(insight)
            stale.discard(insight.id)
        for one in stale:
            self._withdraw(one)

    def _say(self, insight: Insight) -> None:
        value = _encode(insight)
        if self._said.get(insight.id) != digest(value.decode()):
            self._announcer.publish(insight.id, value)
            self.counts["insights"] += 1
            self._note(insight, value)

    def _note(self, insight: Insight, value: bytes) -> None:
        self._said[insight.id] = digest(value.decode())
        if isinstance(insight, TargetMissed):
            self._misses[insight.id] = insight.week
        elif isinstance(insight, MomentOfTruthRanked):
            self._moments.add(insight.id)

    def _withdraw(self, insight: str) -> None:
        if insight in self._said:
            self._announcer.publish(insight, None)
            self._forget(insight)

    def _forget(self, insight: str) -> None:
        self._said.pop(insight, None)
        self._misses.pop(insight, None)
        self._moments.discard(insight)

    # -- what the journeys are under

    def _partitions(self) -> Iterator[Partition]:
        for record in self._records.values():
            if body := PartitionRecord.decode(record).body:
                yield _read_body(body)

    def _blueprint(self) -> Blueprint:
        """The newest that any partition is under."""
        newest = max(self._partitions(), key=lambda partition: partition.versions.get(RULES, 0), default=Partition())
        return self._blueprint_of(newest)
