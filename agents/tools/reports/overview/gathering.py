"""Adds up insights over several weeks. Rates are added up as counts, so a rate over a quarter is as exact as over a week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import msgspec

from agents.kafka.reader import LogReader
from agents.settings import Settings
from agents.tools.reports.overview.blocked import blocked_once
from agents.tools.reports.overview.harm import EXPLAIN, Examples, Harm, harms_of, worth_of_a_customer
from agents.tools.reports.overview.spots import Lane, Spot, lanes_of
from agents.tools.reports.overview.table import Table
from schemas.outputs.insights import (
    ANY_INSIGHT,
    ChannelMeasured,
    Insight,
    MomentOfTruthRanked,
    MotiveFollowed,
    NamesCrowded,
    PathTaken,
    PlaceMeasured,
    PurchasesMeasured,
    PurchasesUnpriced,
    StepBlocked,
    SurgeRaised,
    TargetMissed,
    TiersSettled,
)
from schemas.topics import INSIGHTS
from streams.customer.value.winback import Lost

_decode = msgspec.json.Decoder(ANY_INSIGHT).decode


Pair = tuple[str, str]


@dataclass
class Overview:
    """The insights of some weeks, added up. `spots` by (channel, place), most visited first; the other records as published.

    `lanes` by channel, most frequent first. They cover the newest ten weeks at most: older counts are not kept.
    """

    weeks: list[str] = field(default_factory=list)  # Mondays of the weeks in which customers did something, oldest first
    spots: dict[Pair, Spot] = field(default_factory=dict)
    lanes: dict[str, Lane] = field(default_factory=dict)
    purchases: list[PurchasesMeasured] = field(default_factory=list)
    misses: list[TargetMissed] = field(default_factory=list)
    moments: list[MomentOfTruthRanked] = field(default_factory=list)
    surges: list[SurgeRaised] = field(default_factory=list)
    blocked: list[StepBlocked] = field(default_factory=list)  # each once, those that stand first
    tiers: TiersSettled | None = None
    followed: list[MotiveFollowed] = field(default_factory=list)
    unpriced: list[PurchasesUnpriced] = field(default_factory=list)
    crowded: list[NamesCrowded] = field(default_factory=list)
    moves: Counter[Pair] = field(default_factory=Counter)  # between stages
    ways: Counter[Pair] = field(default_factory=Counter)  # between places
    harms: list[Harm] = field(default_factory=list)  # frictions at places, those to act on first at the top
    worth: tuple[float, str] = (0.0, "")  # what a customer has brought on average, minor units, and its currency
    seconds: dict[Pair, float] = field(default_factory=dict)  # time spent before each way or move, added up
    source: str = INSIGHTS  # where the insights come from: a topic, or a file
    explain: str = EXPLAIN  # the words before a customer's id that show their story
    note: str = ""  # what a reader must know of the source
    how: str = ""  # how to use `explain`, if it is no command of its own
    lost: list[Lost] | None = None  # customers to win back, those who brought most first; None: insights do not say
    more: list[Table] = field(default_factory=list)  # what the source tells beside insights


def overview(insights: Iterable[Insight], newest_weeks: int | None = None, examples: Examples | None = None) -> Overview:
    """Return the overview of the newest weeks, or of all. Purchases, moments of truth, tiers and cohorts (won for good) cover all time.

    `examples`: (detector, place) -> customers who met that friction last.

    >>> from schemas.outputs.figures import Times
    >>> path = PathTaken(id="1", sort="stage", week="2026-01-05", channel="web", start="unaware", end="exploring",
    ...                  times=Times(count=3, mean=2.0, median=2.0, p90=2.0))
    >>> overview([path]).moves
    Counter({('unaware', 'exploring'): 3})
    """
    every = list(insights)
    weeks = sorted({each.week for each in every if isinstance(each, PlaceMeasured | PathTaken | ChannelMeasured) and _acted(each)})
    found = Overview(weeks if newest_weeks is None else weeks[-newest_weeks:])
    first = found.weeks[0] if found.weeks else ""
    for insight in every:
        _take(found, insight, first)
    found.lanes = lanes_of(every, first)
    found.harms, found.worth = harms_of(every, first, examples), worth_of_a_customer(every)
    found.spots = dict(sorted(found.spots.items(), key=lambda item: (-item[1].volume, item[0])))
    found.misses.sort(key=lambda each: (each.week, not each.surely, -each.by))
    found.moments.sort(key=lambda each: each.rank)
    found.blocked = blocked_once(found.blocked, found.weeks[-1] if found.weeks else "")
    found.surges.sort(key=lambda each: (each.day, each.channel, each.of))
    found.followed.sort(key=lambda each: (each.quarter, each.motive))
    found.purchases.sort(key=lambda each: (-each.purchases, each.currency))
    found.crowded.sort(key=lambda each: (-each.other, each.of))
    found.unpriced.sort(key=lambda each: (-each.purchases, each.currency))
    return found


def _acted(counted: PlaceMeasured | PathTaken | ChannelMeasured) -> bool:
    """Return whether a customer did something that week. Lapses, and absences noticed at a place, come from time alone."""
    return counted.end != "lapsed" if isinstance(counted, PathTaken) else counted.volume > 0


def span(found: Overview) -> str:
    """Return as text which weeks are in the overview; if weeks are missing between, also how many there are.

    >>> span(Overview(["2026-01-05", "2026-01-12"]))
    'weeks of 2026-01-05 to 2026-01-12, by UTC'
    >>> span(Overview(["2019-01-07", "2026-01-12"]))
    'weeks of 2019-01-07 to 2026-01-12 (2 of these 367 weeks), by UTC'
    """
    first, last = found.weeks[0], found.weeks[-1]
    weeks = (date.fromisoformat(last) - date.fromisoformat(first)).days // 7 + 1
    gaps = f" ({len(found.weeks)} of these {weeks} weeks)" if len(found.weeks) < weeks else ""
    return f"weeks of {first} to {last}{gaps}, by UTC"


_LISTED: dict[type[Insight], str] = {  # insights of all time -> their list
    MomentOfTruthRanked: "moments", MotiveFollowed: "followed", PurchasesUnpriced: "unpriced", NamesCrowded: "crowded",
}  # fmt: skip


def _take(found: Overview, insight: Insight, first: str) -> None:
    if listed := _LISTED.get(type(insight)):
        getattr(found, listed).append(insight)
    elif isinstance(insight, TiersSettled):
        found.tiers = insight
    elif isinstance(insight, PurchasesMeasured) and insight.customers:
        found.purchases.append(insight)
    elif isinstance(insight, SurgeRaised) and insight.day >= first:
        found.surges.append(insight)
    elif isinstance(insight, StepBlocked) and insight.day >= first:
        found.blocked.append(insight)
    elif isinstance(insight, TargetMissed) and insight.week >= first:
        found.misses.append(insight)
    elif isinstance(insight, PlaceMeasured) and insight.week >= first:
        at = insight.channel, insight.place
        found.spots.setdefault(at, Spot(*at)).take(insight)
    elif isinstance(insight, PathTaken) and insight.week >= first and insight.start:
        pair, moves = (insight.start, insight.end), found.moves if insight.sort == "stage" else found.ways
        moves[pair] += insight.times.count
        found.seconds[pair] = found.seconds.get(pair, 0.0) + insight.times.count * insight.times.mean


def published(settings: Settings) -> list[Insight]:
    """Return the newest insight under each id, in the order of the ids. Raises LookupError if the topic does not exist."""
    newest: dict[bytes, bytes] = {}
    with LogReader(settings, INSIGHTS, beginning=True) as reader:
        if not reader.partitions():
            raise LookupError(f"topic {INSIGHTS} does not exist")
        for message in reader.until_end():
            key, value = message.key(), message.value()
            if isinstance(key, bytes):
                newest.pop(key, None)
                if isinstance(value, bytes):
                    newest[key] = value
    return [_decode(newest[key]) for key in sorted(newest)]
