"""What customers did on each channel, week by week: counts of the surges' rates, told also for touchpoints that name no place.

These counts are kept for ten weeks (`streams.state.aggregates`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from schemas.durations import week_of
from schemas.outputs.insights import ChannelMeasured
from schemas.touchpoints import ACTIVITIES
from streams.insights.naming import insight_id, monday_of
from streams.state.aggregates import Aggregate, Key


def week_of_rate(key: Key) -> int:
    """Return the week of a `rate` row, whose key holds an hour.

    >>> week_of_rate(("rate", str(24 * 20_458), "web"))
    2923
    """
    return week_of(int(key[1]) // 24)


def measure_channels(totals: Mapping[Key, Aggregate], weeks: Collection[int] | None = None) -> Iterator[ChannelMeasured]:
    """Yield the measures of each channel in each of these weeks, or in all.

    >>> rows = {("rate", str(hour), "store"): Aggregate({"buying": 2, "friction:x": 1}) for hour in (490_992, 490_993)}
    >>> [(each.week, each.channel, each.volume, each.activities) for each in measure_channels(rows)]
    [('2026-01-05', 'store', 4, {'buying': 4})]
    """
    found: dict[tuple[int, str], Counter[str]] = {}
    for key, aggregate in totals.items():
        if key[0] == "rate" and (weeks is None or week_of_rate(key) in weeks):
            there = {name: count for name in ACTIVITIES if (count := aggregate.counts.get(name))}
            found.setdefault((week_of_rate(key), key[2]), Counter()).update(there)
    for (week, channel), counts in sorted(found.items()):
        if counts:
            yield ChannelMeasured(
                id=insight_id("channel", str(week), channel), week=monday_of(week), channel=channel, volume=counts.total(),
                activities={name: counts[name] for name in ACTIVITIES if counts[name]},
            )  # fmt: skip
