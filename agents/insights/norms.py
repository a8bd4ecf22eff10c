"""What the insights role tells the journeys: what is usual, and what customers are worth, where either has changed enough.

Safe to retry because a version that is in force already changes nothing, and what was told is looked up in the partitions' own records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec

from schemas.control import BaselinePublished, Norm, WorthPublished
from schemas.insights import BaselineSettled
from schemas.worth import Worth
from streams.customer.value import thresholds
from streams.insights.baselines import baselines, should_publish_norms
from streams.insights.naming import insight_id
from streams.state import WORTH, Partition
from streams.state.aggregates import Aggregate, Key

_encode = msgspec.json.Encoder().encode
Totals = Mapping[Key, Aggregate]


class Telling:
    """What the journeys know by now. `tell` sends a control record to every partition of the log; `partitions` gives them as committed."""

    def __init__(self, tell: Callable[[bytes], None], partitions: Callable[[], Iterable[Partition]]) -> None:
        self._tell, self._partitions = tell, partitions
        self._norms: dict[str, Mapping[str, Norm]] | None = None  # by detector; None: not looked yet
        self._worth: Worth | None = None

    def round(self, totals: Totals) -> Iterator[BaselineSettled]:
        """Everything that has changed enough is told; yields what is to be said of it in public."""
        if self._norms is None:
            partitions = list(self._partitions())
            self._norms, self._worth = in_force(partitions), worth_in_force(partitions)
        self._tell_worth(totals)
        yield from self._tell_norms(totals, self._norms)

    def _tell_norms(self, totals: Totals, known: dict[str, Mapping[str, Norm]]) -> Iterator[BaselineSettled]:
        """The version of a norm is what it rests on."""
        for detector, baseline in baselines(totals).items():
            if should_publish_norms(known.get(detector, {}), baseline.norms):
                self._tell(_encode(baseline))
                known[detector] = baseline.norms
                yield _settled(baseline)

    def _tell_worth(self, totals: Totals) -> None:
        """Where the tiers begin, and what a day is worth."""
        if (now := thresholds.measure_worth(totals)) and thresholds.should_publish_worth(self._worth, now):
            self._tell(_encode(WorthPublished(version=thresholds.worth_version(totals), worth=now)))
            self._worth = now


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


def worth_in_force(partitions: list[Partition]) -> Worth | None:
    """What customers are worth in the oldest version that any of these partitions has; None where one was told of none.

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
