"""The insights agent: what all partitions have counted becomes measures, missed targets, moments of truth, paths and surges; and what
is usual goes back to the journeys, as a signed record in every partition of the log.

Safe to retry because nothing here is a difference: cells are totals, an insight's id says what it is about, and a norm of a version
that is in force already changes nothing. A worker that begins again reads what was published before, and repeats none of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

import msgspec

from agents.carrier.record import PARTITION_KEY, PartitionRecord, row_key
from schemas.control import BaselinePublished, Norm
from schemas.insights import ANY_INSIGHT, BaselineSettled, Insight, MomentOfTruthRanked, TargetMissed
from streams.blueprint import Blueprint
from streams.ids import digest
from streams.insights import paths
from streams.insights.baselines import usual, worth_telling
from streams.insights.cells import Key
from streams.insights.naming import monday_of, named
from streams.insights.totals import Sums, measured, of_all
from streams.state import Partition
from streams.steering import RULES

NEWEST_DAYS = 2  # surges are looked for so far back: what an older day was is settled
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(ANY_INSIGHT).decode
_read_body = msgspec.msgpack.Decoder(Partition).decode


class Announcer(Protocol):
    """Where insights and norms go: Kafka, or a test's lists."""

    def publish(self, insight: str, value: bytes | None) -> None:
        """The newest under this id; None: it is true no longer."""

    def tell(self, norm: bytes) -> None:
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
        self._told: dict[str, Mapping[str, Norm]] | None = None  # norms by detector, as the journeys have them; None: not looked yet
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
            self._sums.take(partition, cell, value)
        elif changelog_key == PARTITION_KEY and value is not None:
            self._records[partition] = value

    def round(self) -> int:
        """Everything that has changed is published, and has arrived; returns how many insights that were."""
        changed = self._sums.settle()
        if not changed:
            return 0
        blueprint, before = self._blueprint(), self.counts["insights"]
        self._say_cells(changed, blueprint)
        self._say_all({int(key[1]) for key in changed if key[0] == "place"}, blueprint)
        self._tell_norms()
        self._announcer.flush()
        return self.counts["insights"] - before

    def _say_cells(self, changed: set[Key], blueprint: Blueprint) -> None:
        """Measures and paths of the cells that changed; of one that was forgotten its insight goes as well."""
        totals = self._sums.totals
        there = {key: totals[key] for key in changed if key in totals}
        for key, cell in there.items():
            if key[0] == "place":
                self._say(measured(key, cell, blueprint))
        for path in paths.taken(there):
            self._say(path)
        for key in changed - there.keys():
            self._withdraw(named(*key))

    def _say_all(self, weeks: set[int], blueprint: Blueprint) -> None:
        """What only all cells together say. What was said of these weeks, or of a place, and holds no longer is withdrawn."""
        mondays = set(map(monday_of, weeks))
        stale = {one for one, monday in self._misses.items() if monday in mondays} | self._moments
        for insight in of_all(self._sums.totals, blueprint, weeks, NEWEST_DAYS):
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

    # -- what the journeys are under, and what they are told

    def _partitions(self) -> Iterator[Partition]:
        for record in self._records.values():
            if body := PartitionRecord.decode(record).body:
                yield _read_body(body)

    def _blueprint(self) -> Blueprint:
        """The newest that any partition is under."""
        newest = max(self._partitions(), key=lambda partition: partition.versions.get(RULES, 0), default=Partition())
        return self._blueprint_of(newest)

    def _tell_norms(self) -> None:
        """What is usual goes to every partition where it has changed enough; the version is what it rests on."""
        if self._told is None:
            self._told = in_force(list(self._partitions()))
        for detector, baseline in usual(self._sums.totals).items():
            if worth_telling(self._told.get(detector, {}), baseline.norms):
                self._announcer.tell(_encode(baseline))
                self._told[detector] = baseline.norms
                self.counts["norms"] += 1
                self._say(_settled(baseline))


def in_force(partitions: list[Partition]) -> dict[str, Mapping[str, Norm]]:
    """The norms that every one of these partitions has, in the oldest version that any of them has.

    >>> new = Partition(norms={"d": {"k": Norm(90, 1.0, 1.0)}}, versions={"baseline/d": 90})
    >>> old = Partition(norms={"d": {"k": Norm(30, 1.0, 1.0)}}, versions={"baseline/d": 30})
    >>> in_force([new, old])["d"]["k"].count, in_force([new, Partition()])
    (30, {})
    """
    detectors = set.intersection(*(set(partition.norms) for partition in partitions)) if partitions else set[str]()
    oldest = {name: min(partitions, key=lambda one: one.versions.get(f"baseline/{name}", 0)) for name in detectors}
    return {name: oldest[name].norms[name] for name in detectors}


def _settled(baseline: BaselinePublished) -> BaselineSettled:
    norms = baseline.norms
    return BaselineSettled(
        id=named("baseline", baseline.detector), detector=baseline.detector, version=baseline.version, keys=len(norms),
        count=sum(norm.count for norm in norms.values()),
    )  # fmt: skip
