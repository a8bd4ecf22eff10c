"""What was counted at a place and on a channel, added up over weeks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from schemas.outputs.figures import Share
from schemas.outputs.insights import ChannelMeasured, Insight, PlaceMeasured
from streams.insights.intervals import share_of


@dataclass
class Spot:
    """The counts of one place on one channel, added up over weeks and stages."""

    channel: str
    place: str
    owner: str = ""
    volume: int = 0
    customers: int = 0  # the customers of each week, added up: one who came in two weeks counts twice
    frictions: Counter[str] = field(default_factory=Counter)
    counted: dict[str, Counter[str]] = field(default_factory=dict)  # metric -> "count" and "of"
    totals: dict[str, tuple[int, float]] = field(default_factory=dict)  # metric -> number of answers, and their sum

    @property
    def friction(self) -> Share:
        """The frictions there, as a share of the touchpoints there."""
        return share_of(self.frictions.total(), self.volume)

    def share(self, measure: str) -> Share | None:
        """Return the rate of this metric; None if nothing was counted for it."""
        counted = self.counted.get(measure)
        return share_of(counted["count"], counted["of"]) if counted else None

    def mean(self, measure: str) -> float | None:
        """Return the mean of this metric; None if nobody answered."""
        count, total = self.totals.get(measure, (0, 0.0))
        return total / count if count else None

    def take(self, measured: PlaceMeasured) -> None:
        """Add the counts of one week and one stage."""
        self.owner = measured.owner or self.owner
        self.volume += measured.volume
        self.customers += measured.customers
        self.frictions.update({name: each.count for name, each in measured.frictions.items()})
        for name, rate in measured.shares.items():
            self.counted.setdefault(name, Counter()).update({"count": rate.count, "of": rate.of})
        for name, mean in measured.means.items():
            count, total = self.totals.get(name, (0, 0.0))
            self.totals[name] = count + mean.count, total + mean.count * mean.mean


@dataclass
class Lane:
    """The counts of one channel, added up over weeks, also of what names no place."""

    activities: Counter[str] = field(default_factory=Counter)  # activity (browsing, buying ...) -> touchpoints
    placed: int = 0  # touchpoints that name a place

    @property
    def volume(self) -> int:
        """How many touchpoints there were."""
        return self.activities.total()


def lanes_of(insights: Iterable[Insight], first: str) -> dict[str, Lane]:
    """Return the counts of each channel from the week of `first` on, and how many of its touchpoints were at a place in those weeks."""
    placed: Counter[tuple[str, str]] = Counter()
    channels = list[ChannelMeasured]()
    for each in insights:
        if isinstance(each, PlaceMeasured):
            placed[each.week, each.channel] += each.volume
        elif isinstance(each, ChannelMeasured) and each.week >= first:
            channels.append(each)
    found: dict[str, Lane] = {}
    for one in channels:
        lane = found.setdefault(one.channel, Lane())
        lane.activities.update(one.activities)
        lane.placed += min(one.volume, placed[one.week, one.channel])
    return dict(sorted(found.items(), key=lambda item: (-item[1].volume, item[0])))
