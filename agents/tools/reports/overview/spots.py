"""What was counted at a place and on a channel, added up over weeks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from schemas.durations import week_of
from schemas.outputs.figures import Share
from schemas.outputs.insights import ChannelMeasured, Insight, PlaceMeasured
from streams.insights.harm.meetings import customers_since
from streams.insights.intervals import share_of

Weekly = dict[int, Counter[int]]  # week -> customers by the weeks since they came, or met it, before


def week_number(monday: str) -> int:
    """Return the number of the week that begins on this date.

    >>> week_number("2026-01-05")
    2923
    """
    return week_of((date.fromisoformat(monday) - date(1970, 1, 1)).days)


def add_weeks(weekly: Weekly, monday: str, told: Mapping[str, int]) -> None:
    """Add the customers of one week, as insights tell them."""
    if told:
        weekly.setdefault(week_number(monday), Counter()).update({int(ago): count for ago, count in told.items()})


@dataclass
class Spot:
    """The counts of one place on one channel, added up over weeks and stages."""

    channel: str
    place: str
    owner: str = ""
    volume: int = 0
    visits: int = 0
    came: Weekly = field(default_factory=dict)  # customers
    hurt: Weekly = field(default_factory=dict)  # customers who met a friction here
    first_hurt: Weekly = field(default_factory=dict)  # customers whose first friction of the week, at any place, was here
    frictions: Counter[str] = field(default_factory=Counter)  # how often each opened
    steps: dict[str, Counter[str]] = field(default_factory=dict)  # `checkout>order` -> "count" and "of"
    counted: dict[str, Counter[str]] = field(default_factory=dict)  # metric -> "count" and "of"
    totals: dict[str, tuple[int, float]] = field(default_factory=dict)  # metric -> number of answers, and their sum

    @property
    def friction(self) -> Share | None:
        """The visits in which a friction opened, as a share of all visits there; None if nobody came."""
        return self.share("friction_rate")

    @property
    def customers(self) -> int:
        """How many different customers came."""
        return customers_since(self.came, 0)

    @property
    def customers_hurt(self) -> int:
        """How many different customers met a friction here."""
        return customers_since(self.hurt, 0)

    def step(self, name: str) -> Share | None:
        """Return the share of this step that the next one followed; None if nobody took it here."""
        counted = self.steps.get(name)
        return share_of(counted["count"], counted["of"]) if counted else None

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
        self.visits += measured.visits
        add_weeks(self.came, measured.week, measured.came)
        add_weeks(self.hurt, measured.week, measured.hurt)
        add_weeks(self.first_hurt, measured.week, measured.first_hurt)
        self.frictions.update({name: each.opened for name, each in measured.frictions.items() if each.opened})
        for name, step in measured.steps.items():
            self.steps.setdefault(name, Counter()).update({"count": step.count, "of": step.of})
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
