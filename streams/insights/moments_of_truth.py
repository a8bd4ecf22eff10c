"""Moments of truth: places where customers with a friction leave more often later, ranked by the money at stake.

Counted per place: who came, who had a friction there, and who of either lapsed afterwards. A lapse is assigned once to each of the
last 32 places of the journey. A customer who comes back is counted anew. The difference of the lapse rates is an association only.
Customers with and without a friction may differ in other ways too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from schemas.durations import DAY
from schemas.outputs.insights import MomentOfTruthRanked
from schemas.touchpoints.base import Touchpoint
from streams.context import Context
from streams.insights.intervals import difference, share_of
from streams.insights.naming import insight_id
from streams.state.aggregates import OTHER, Aggregate, Aggregates, Key
from streams.state.place_row import PlaceRow, split_spot

LEAST = 30  # customers with a friction, and without, before a place is ranked: with fewer, the interval says nothing [ours]
HURT_IN, SPEND_IN = "hurt:", "spend:"  # before a currency: visitors with a friction whose purchases name it, and their spend


def count_visitor(aggregates: Aggregates, row: PlaceRow, touchpoint: Touchpoint) -> None:
    """Count a customer's first visit to the place of this row, or the first since they came back. The row remembers where."""
    if row.truth is None:
        key, truth = aggregates.found(("truth", touchpoint.channel, touchpoint.place))
        row.truth = key, truth.counts
    else:
        aggregates.changed.add(row.truth[0])
    counts = row.truth[1]
    counts["visitors"] = counts.get("visitors", 0) + 1


def count_hurt_visitor(ctx: Context, channel: str, place: str) -> None:
    """Count a visitor with their first friction there, and what they have spent by now (minor units). Each currency counts apart."""
    aggregate = ctx.partition.aggregates.row(("truth", channel, place))
    aggregate.count("hurt")
    if currency := ctx.journey.value.currency:
        aggregate.count(f"{HURT_IN}{currency}")
        aggregate.count(f"{SPEND_IN}{currency}", ctx.journey.value.spend)
    else:
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
    there = {key: aggregate.counts for key, aggregate in totals.items() if key[0] == "truth"}
    currency = _main_currency(there.values())
    found = [made for key, counts in there.items() if (made := _measure_place(key, counts, currency))]
    found.sort(key=lambda one: (-one.per_visitor, one.channel, one.place))
    return [replace(made, rank=rank) for rank, made in enumerate(found, 1)]


def _main_currency(rows: Iterable[Mapping[str, int]]) -> str:
    """Return the currency of most visitors with a friction; empty if none has named one."""
    named = Counter[str]()
    for counts in rows:
        named.update({name[len(HURT_IN) :]: count for name, count in counts.items() if name.startswith(HURT_IN)})
    return min(named, key=lambda code: (-named[code], code), default="")


def _mean_spend(counts: Mapping[str, int], currency: str) -> float:
    """Return the mean spend of the visitors with a friction, of this currency only. Those who named none count as its own.

    >>> _mean_spend({"hurt": 4, "hurt:EUR": 2, "spend:EUR": 600, "spend": 300, "hurt:JPY": 1, "spend:JPY": 90_000}, "EUR")
    300.0
    """
    others = sum(count for name, count in counts.items() if name.startswith(HURT_IN) and name != f"{HURT_IN}{currency}")
    visitors = counts.get("hurt", 0) - others
    return (counts.get("spend", 0) + counts.get(f"{SPEND_IN}{currency}", 0)) / visitors if visitors else 0.0


def _measure_place(key: Key, counts: Mapping[str, int], currency: str) -> MomentOfTruthRanked | None:
    """Return the place without its rank; None if too few customers had a friction there, or had none."""
    _, channel, place = key
    visitors, hurt_there, gone, gone_hurt = (counts.get(name, 0) for name in ("visitors", "hurt", "lapsed", "lapsed_hurt"))
    if place == OTHER or hurt_there < LEAST or visitors - hurt_there < LEAST:
        return None
    friction = share_of(hurt_there, visitors)
    lapse_with, lapse_without = share_of(gone_hurt, hurt_there), share_of(gone - gone_hurt, visitors - hurt_there)
    gap, low, high = difference(lapse_with, lapse_without)
    value = _mean_spend(counts, currency)
    per_visitor = friction.rate * gap * value
    return MomentOfTruthRanked(
        id=insight_id("truth", channel, place), rank=0, channel=channel, place=place, friction=friction,
        lapse_with=lapse_with, lapse_without=lapse_without, difference=gap, low=low, high=high, clear=low > 0,
        value=value, per_visitor=per_visitor, at_stake=per_visitor * visitors, currency=currency,
    )  # fmt: skip
