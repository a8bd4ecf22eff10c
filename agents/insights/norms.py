"""Publishes norms and value limits to the journeys, if they have changed enough.

Safe to repeat: a version that is in force already changes nothing. What is in force is read from the partition records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec

from schemas.control import BaselinePublished, Norm, WorthPublished
from schemas.control.worth import Worth
from schemas.outputs.insights import BaselineSettled, StepBlocked
from streams.customer.value import thresholds
from streams.insights.baselines import baselines, should_publish_norms
from streams.insights.blocked.standing import TOLD, blocked_now, blocked_told
from streams.insights.naming import insight_id
from streams.state import WORTH, Partition
from streams.state.aggregates import Aggregate, Key

_encode = msgspec.json.Encoder().encode
Totals = Mapping[Key, Aggregate]


class Telling:
    """Publishes what the journeys do not have yet. `tell` sends a control record to every partition of the log.

    `partitions` returns the partitions as they were committed.
    """

    def __init__(self, tell: Callable[[bytes], None], partitions: Callable[[], Iterable[Partition]]) -> None:
        self._tell, self._partitions = tell, partitions
        self._norms: dict[str, Mapping[str, Norm]] | None = None  # by detector; None: the partitions were not read yet
        self._worth: Worth | None = None
        self._blocked = 0  # version of what was told of blocked steps

    def round(self, totals: Totals, alarms: Iterable[StepBlocked]) -> Iterator[BaselineSettled]:
        """Publish the norms and value limits that have changed enough, and which steps are blocked. Yield each new baseline's insight."""
        if self._norms is None:
            partitions = list(self._partitions())
            self._norms, self._worth = in_force(partitions), worth_in_force(partitions)
            self._blocked = max((each.versions.get(f"baseline/{TOLD}", 0) for each in partitions), default=0)
        self._tell_worth(totals)
        if told := blocked_told(self._norms.get(TOLD), blocked_now(alarms), self._blocked):
            self._tell(_encode(told))
            self._norms[TOLD], self._blocked = told.norms, told.version
        yield from self._tell_norms(totals, self._norms)

    def _tell_norms(self, totals: Totals, known: dict[str, Mapping[str, Norm]]) -> Iterator[BaselineSettled]:
        """Publish the norms that have changed enough. Yield the insight of each."""
        for detector, baseline in baselines(totals).items():
            if should_publish_norms(known.get(detector, {}), baseline.norms):
                self._tell(_encode(baseline))
                known[detector] = baseline.norms
                yield _settled(baseline)

    def _tell_worth(self, totals: Totals) -> None:
        """Publish the borders of the tiers and the value of a day, if they have changed enough."""
        if (now := thresholds.measure_worth(totals)) and thresholds.should_publish_worth(self._worth, now):
            self._tell(_encode(WorthPublished(version=thresholds.worth_version(totals), worth=now)))
            self._worth = now


def in_force(partitions: list[Partition]) -> dict[str, Mapping[str, Norm]]:
    """Return the norms that all these partitions have, each in the oldest version that any of them has.

    >>> new = Partition(norms={"d": {"k": Norm(90, 1.0, 1.0)}}, versions={"baseline/d": 90})
    >>> old = Partition(norms={"d": {"k": Norm(30, 1.0, 1.0)}}, versions={"baseline/d": 30})
    >>> in_force([new, old])["d"]["k"].count, in_force([new, Partition()])
    (30, {})
    """
    detectors = set.intersection(*(set(partition.norms) for partition in partitions)) if partitions else set[str]()
    oldest = {name: min(partitions, key=lambda one: one.versions.get(f"baseline/{name}", 0)) for name in detectors}
    return {name: oldest[name].norms[name] for name in detectors}


def worth_in_force(partitions: list[Partition]) -> Worth | None:
    """Return the value limits in the oldest version that any of these partitions has; None if one has none.

    >>> old, new = (Partition(worth=Worth(customers=n, top=9, middle=3, a_day=1.0), versions={WORTH: n}) for n in (30, 90))
    >>> worth_in_force([new, old]).customers, worth_in_force([new, Partition()])
    (30, None)
    """
    oldest = min(partitions, key=lambda partition: partition.versions.get(WORTH, 0), default=Partition())
    return oldest.worth


def _settled(baseline: BaselinePublished) -> BaselineSettled:
    norms = baseline.norms
    return BaselineSettled(
        id=insight_id("baseline", baseline.detector), detector=baseline.detector, version=baseline.version, keys=len(norms),
        count=sum(norm.count for norm in norms.values()),
    )  # fmt: skip
