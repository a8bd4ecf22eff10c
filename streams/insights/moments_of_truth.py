"""Moments of truth: places where friction goes with customers leaving later, ranked by what is at stake.

Of each place: who came, who of them was hurt there, and who of either lapsed afterwards. A lapse is laid once to each of the last 32
places of the journey; who comes back begins anew. The difference of the lapse rates is an association: those who were hurt may
differ from those who were not in other ways as well.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from schemas.durations import DAY
from schemas.insights import MomentOfTruthRanked
from streams.context import Context
from streams.insights.intervals import difference, share
from streams.insights.naming import named
from streams.insights.paths import parted
from streams.state.aggregates import OTHER, Aggregate, Key

LEAST = 30  # customers hurt, and not hurt, before a place is ranked: below, the interval says nothing anyway [ours]


def visited(ctx: Context, channel: str, place: str) -> None:
    """A customer came to this place for the first time, or for the first time since they came back."""
    ctx.partition.aggregates.row(("truth", channel, place)).count("visitors")


def hurt(ctx: Context, channel: str, place: str) -> None:
    """It hurt a visitor there for the first time; they have spent so much by now (minor units)."""
    cell = ctx.partition.aggregates.row(("truth", channel, place))
    cell.count("hurt")
    cell.count("spend", ctx.journey.value.spend)


def lapsed(ctx: Context) -> None:
    """The customer lapses: laid to each of the last places, once."""
    day = ctx.at // DAY
    for name, visit in ctx.journey.places.items():
        if visit.lapsed:
            continue
        visit.lapsed = day
        cell = ctx.partition.aggregates.row(("truth", *parted(name)))
        cell.count("lapsed")
        if visit.hurt:
            cell.count("lapsed_hurt")


def ranked(totals: Mapping[Key, Aggregate]) -> list[MomentOfTruthRanked]:
    """Places by what is at stake there, the largest first.

    >>> cell = Aggregate({"visitors": 1000, "hurt": 200, "lapsed": 180, "lapsed_hurt": 100, "spend": 400_000})
    >>> [(m.rank, m.place, round(m.difference, 2), m.clear, round(m.per_visitor)) for m in ranked({("truth", "web", "/pay"): cell})]
    [(1, '/pay', 0.4, True, 160)]
    """
    found = [made for key, cell in totals.items() if key[0] == "truth" and (made := _moment(key, cell.counts))]
    found.sort(key=lambda one: (-one.per_visitor, one.channel, one.place))
    return [replace(made, rank=rank) for rank, made in enumerate(found, 1)]


def _moment(key: Key, counts: Mapping[str, int]) -> MomentOfTruthRanked | None:
    """The place, not ranked yet; None where too few were hurt, or not hurt, to say anything."""
    _, channel, place = key
    visitors, hurt_there, gone, gone_hurt = (counts.get(name, 0) for name in ("visitors", "hurt", "lapsed", "lapsed_hurt"))
    if place == OTHER or hurt_there < LEAST or visitors - hurt_there < LEAST:
        return None
    friction = share(hurt_there, visitors)
    lapse_with, lapse_without = share(gone_hurt, hurt_there), share(gone - gone_hurt, visitors - hurt_there)
    gap, low, high = difference(lapse_with, lapse_without)
    value = counts.get("spend", 0) / hurt_there
    per_visitor = friction.rate * gap * value
    return MomentOfTruthRanked(
        id=named("truth", channel, place), rank=0, channel=channel, place=place, friction=friction,
        lapse_with=lapse_with, lapse_without=lapse_without, difference=gap, low=low, high=high, clear=low > 0,
        value=value, per_visitor=per_visitor, at_stake=per_visitor * visitors,
    )  # fmt: skip
