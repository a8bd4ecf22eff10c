"""The norms over all customers, from what the detectors measured, and when they should be published again."""

from __future__ import annotations

from collections.abc import Mapping

from schemas.control import BaselinePublished, Norm
from streams.insights.intervals import deviation
from streams.state.aggregates import OTHER, Aggregate, Key

LEAST = 10  # values before there is a norm, enough for a burst of reviews; a detector that needs more reads the count in the norm
MOST, BYTES = 200, 48_000  # norms of one detector in a record, and their bytes: schemas.reading.limits holds for control records too
GROWN, MOVED = 1.5, 0.1  # published again with half as many values more, or after a move by a tenth of a deviation [ours]


def baselines(totals: Mapping[Key, Aggregate]) -> dict[str, BaselinePublished]:
    """Return the norms of every detector that measures. The version is the number of values behind them, so it grows with every value.

    >>> aggregates = {("norm", "long_handling", "refund"): Aggregate()}
    >>> for seconds in range(100, 140): aggregates["norm", "long_handling", "refund"].add_value("value", seconds)
    >>> baselines(aggregates)["long_handling"].norms["refund"].mean
    119.5
    """
    found: dict[str, dict[str, Norm]] = {}
    versions: dict[str, int] = {}
    for key, aggregate in totals.items():
        if key[0] != "norm" or (histogram := aggregate.histograms.get("value")) is None:
            continue
        _, detector, name = key
        versions[detector] = versions.get(detector, 0) + histogram.count
        if histogram.count >= LEAST and name != OTHER:
            found.setdefault(detector, {})[name] = Norm(histogram.count, histogram.total / histogram.count, deviation(histogram))
    return {
        detector: BaselinePublished(detector=detector, version=versions[detector], norms=fit_record(norms))
        for detector, norms in found.items()
    }


def fit_record(norms: Mapping[str, Norm]) -> dict[str, Norm]:
    """Return as many norms as one record may carry, those with the most values first.

    >>> norm = Norm(30, 1.0, 1.0)
    >>> len(fit_record({f"{n}": norm for n in range(500)})), len(fit_record({f"{n}{'x' * 400}": norm for n in range(500)}))
    (200, 102)
    """
    kept, room = dict[str, Norm](), BYTES
    for name in sorted(norms, key=lambda name: (-norms[name].count, name))[:MOST]:
        room -= len(name.encode()) + 64  # the three numbers with their quotes and commas
        if room >= 0:
            kept[name] = norms[name]
    return kept


def should_publish_norms(known: Mapping[str, Norm], now: Mapping[str, Norm]) -> bool:
    """Return whether the journeys need the new norms: one is new, has many more values, or has moved.

    >>> old = {"refund": Norm(40, 300.0, 60.0)}
    >>> should_publish_norms(old, {"refund": Norm(41, 301.0, 60.0)}), should_publish_norms(old, {"refund": Norm(60, 300.0, 60.0)})
    (False, True)
    >>> should_publish_norms({}, old)
    True
    """
    return any(name not in known or _has_moved(known[name], norm) for name, norm in now.items())


def _has_moved(known: Norm, now: Norm) -> bool:
    by = MOVED * max(known.deviation, now.deviation)
    return now.count >= GROWN * known.count or abs(now.mean - known.mean) > by or abs(now.deviation - known.deviation) > by
