"""Moments of truth: places where customers with a friction leave more often later, ranked by the money at stake.

Counted per place: who came, who had a friction there, and who of either lapsed afterwards. A lapse is assigned once to each of the
last 32 places of the journey. A customer who comes back is counted anew. The difference of the lapse rates is an association only.
Customers with and without a friction may differ in other ways too.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from schemas.durations import DAY
from schemas.insights import MomentOfTruthRanked
from streams.context import Context
from streams.insights.intervals import difference, share_of
from streams.insights.naming import insight_id
from streams.insights.paths import split_spot
from streams.state.aggregates import OTHER, Aggregate, Key

LEAST = 30  # customers with a friction, and without, before a place is ranked: with fewer, the interval says nothing [ours]


def count_visitor(ctx: Context, channel: str, place: str) -> None:
    """Count a customer's first visit to this place, or the first since they came back."""
    ctx.partition.aggregates.row(("truth", channel, place)).count("visitors")


def count_hurt_visitor(ctx: Context, channel: str, place: str) -> None:
    """Count a visitor with their first friction there, and what they have spent by now (minor units)."""
    aggregate = ctx.partition.aggregates.row(("truth", channel, place))
    aggregate.count("hurt")
    aggregate.count("spend", ctx.journey.value.spend)


def count_lapse(ctx: Context) -> None:
    """Count a lapse of the customer once at each of the last places."""
    day = ctx.at // DAY
    for name, visit in ctx.journey.places.items():
        if visit.lapsed:
            continue
        visit.lapsed = day
        aggregate = ctx.partition.aggregates.row(("truth", *split_spot(name)))
        aggregate.count("lapsed")
        if visit.hurt:
            aggregate.count("lapsed_hurt")


def rank_places(totals: Mapping[Key, Aggregate]) -> list[MomentOfTruthRanked]:
    """Return the places by the money at stake there, the largest first.

    >>> row = Aggregate({"visitors": 1000, "hurt": 200, "lapsed": 180, "lapsed_hurt": 100, "spend": 400_000})
    >>> [(m.rank, m.place, round(m.difference, 2), m.clear, round(m.per_visitor)) for m in rank_places({("truth", "web", "/pay"): row})]
    [(1, '/pay', 0.4, True, 160)]
    """
    found = [made for key, aggregate in totals.items() if key[0] == "truth" and (made := _measure_place(key, aggregate.counts))]
    found.sort(key=lambda one: (-one.per_visitor, one.channel, one.place))
    return [replace(made, rank=rank) for rank, made in enumerate(found, 1)]


def _measure_place(key: Key, counts: Mapping[str, int]) -> MomentOfTruthRanked | None:
    """Return the place without its rank; None if too few customers had a friction there, or had none."""
    _, channel, place = key
    visitors, hurt_there, gone, gone_hurt = (counts.get(name, 0) for name in ("visitors", "hurt", "lapsed", "lapsed_hurt"))
    if place == OTHER or hurt_there < LEAST or visitors - hurt_there < LEAST:
        return None
    friction = share_of(hurt_there, visitors)
    lapse_with, lapse_without = share_of(gone_hurt, hurt_there), share_of(gone - gone_hurt, visitors - hurt_there)
    gap, low, high = difference(lapse_with, lapse_without)
    value = counts.get("spend", 0) / hurt_there
    per_visitor = friction.rate * gap * value
    return MomentOfTruthRanked(
        id=insight_id("truth", channel, place), rank=0, channel=channel, place=place, friction=friction,
        lapse_with=lapse_with, lapse_without=lapse_without, difference=gap, low=low, high=high, clear=low > 0,
        value=value, per_visitor=per_visitor, at_stake=per_visitor * visitors,
    )  # fmt: skip
