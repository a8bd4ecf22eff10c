"""What is usual over all customers, from what the detectors measured; and when it is worth telling them again."""

from __future__ import annotations

from collections.abc import Mapping

from schemas.control import BaselinePublished, Norm
from streams.insights.intervals import deviation
from streams.state.aggregates import OTHER, Aggregate, Key

LEAST = 30  # values before anything is usual; a detector that wants more (out_of_rhythm: 50) sees the count in the norm
MOST, BYTES = 200, 48_000  # norms of one detector in a record, those with the most values: schemas.limits holds for control records too
GROWN, MOVED = 1.5, 0.1  # told again when it rests on half as much again, or has moved by a tenth of a deviation [ours]


def usual(totals: Mapping[Key, Aggregate]) -> dict[str, BaselinePublished]:
    """The norms of every detector that measures. The version is what they rest on: it grows with every value.

    >>> cells = {("norm", "long_handling", "refund"): Aggregate()}
    >>> for seconds in range(100, 140): cells["norm", "long_handling", "refund"].add_value("value", seconds)
    >>> usual(cells)["long_handling"].norms["refund"].mean
    119.5
    """
    found: dict[str, dict[str, Norm]] = {}
    versions: dict[str, int] = {}
    for key, cell in totals.items():
        if key[0] != "norm" or (spread := cell.histograms.get("value")) is None:
            continue
        _, detector, name = key
        versions[detector] = versions.get(detector, 0) + spread.count
        if spread.count >= LEAST and name != OTHER:
            found.setdefault(detector, {})[name] = Norm(spread.count, spread.total / spread.count, deviation(spread))
    return {
        detector: BaselinePublished(detector=detector, version=versions[detector], norms=_largest(norms))
        for detector, norms in found.items()
    }


def _largest(norms: Mapping[str, Norm]) -> dict[str, Norm]:
    """As many as one record may carry.

    >>> norm = Norm(30, 1.0, 1.0)
    >>> len(_largest({f"{n}": norm for n in range(500)})), len(_largest({f"{n}{'x' * 400}": norm for n in range(500)}))
    (200, 102)
    """
    kept, room = dict[str, Norm](), BYTES
    for name in sorted(norms, key=lambda name: (-norms[name].count, name))[:MOST]:
        room -= len(name.encode()) + 64  # three numbers and their marks
        if room >= 0:
            kept[name] = norms[name]
    return kept


def worth_telling(known: Mapping[str, Norm], now: Mapping[str, Norm]) -> bool:
    """Whether the journeys ought to hear of it: a norm is new, rests on much more, or has moved.

    >>> old = {"refund": Norm(40, 300.0, 60.0)}
    >>> worth_telling(old, {"refund": Norm(41, 301.0, 60.0)}), worth_telling(old, {"refund": Norm(60, 300.0, 60.0)}), worth_telling({}, old)
    (False, True, True)
    """
    return any(name not in known or _moved(known[name], norm) for name, norm in now.items())


def _moved(known: Norm, now: Norm) -> bool:
    by = MOVED * max(known.deviation, now.deviation)
    return now.count >= GROWN * known.count or abs(now.mean - known.mean) > by or abs(now.deviation - known.deviation) > by
