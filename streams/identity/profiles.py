"""The merge of two profiles of one customer, and the division of a profile for an episode that is handed over.

The order of the two makes no difference. Counts add up. Where both have something expected, promised or said, the later one counts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from streams.customer.value import cohorts
from streams.identity import pooling
from streams.rules import Rules
from streams.state import Journey
from streams.state.journey.profile import CITED, DIMENSIONS, PERIODS, PROMISES, RATINGS, Dimension, Motives, Promise, Rating


def _merge_dimensions(one: dict[str, Dimension], other: dict[str, Dimension]) -> dict[str, Dimension]:
    found = dict(one)
    for name, theirs in other.items():
        if (known := found.get(name)) is not None:
            later = max(known, theirs, key=lambda each: (each.at, repr(each)))
            found[name] = msgspec.structs.replace(later, gaps=known.gaps + theirs.gaps, sacrifices=known.sacrifices + theirs.sacrifices)
        else:
            found[name] = theirs
    return {name: found[name] for name in sorted(found, key=lambda name: (found[name].at, name))[-DIMENSIONS:]}


def _merge_promises(one: dict[str, Promise], other: dict[str, Promise]) -> dict[str, Promise]:
    found = dict(one)
    for key, promise in other.items():
        found[key] = max(found.get(key, promise), promise, key=lambda each: (each.made, each.by, each.evidence))
    return {key: found[key] for key in sorted(found, key=lambda key: (found[key].by, key))[-PROMISES:]}


def _merge_motives(one: Motives | None, other: Motives | None) -> Motives | None:
    """Return what both showed, with the motive of the journey that has more purchases."""
    if one is None or other is None:
        return one or other
    less, more = sorted((one, other), key=lambda each: (each.purchases, each.since, repr(each)))
    cited = {name: sorted({*one.cited.get(name, ()), *other.cited.get(name, ())})[-CITED:] for name in sorted({*one.cited, *other.cited})}
    return Motives(
        name=more.name or less.name, since=more.since if more.name else less.since, counted=one.counted + other.counted,
        purchases=one.purchases + other.purchases, ways=one.ways + other.ways, sighted=one.sighted or other.sighted,
        looks=one.looks + other.looks, read=one.read + other.read, began=min(filter(None, (one.began, other.began)), default=0),
        shown=pooling.add_counts(one.shown, other.shown), cited=cited, cohorts=cohorts.merge_cohorts(one.cohorts, other.cohorts),
    )  # fmt: skip


def _merge_personas(one: dict[str, int], other: dict[str, int]) -> dict[str, int]:
    """Return the personas of both, since the earlier time. Those that no longer hold are left at the next conclusion."""
    return {name: min(kept[name] for kept in (one, other) if name in kept) for name in sorted({*one, *other})}


def _merge_ratings(one: dict[str, Rating], other: dict[str, Rating]) -> dict[str, Rating]:
    found = dict(one)
    for place, rating in other.items():
        if (known := found.get(place)) is not None:
            count = known.count + rating.count
            mean = round((known.mean * known.count + rating.mean * rating.count) / count, 4)
            later = max(known, rating, key=lambda each: (each.at, each.remark))
            found[place] = Rating(count, mean, later.at, later.remark)
        else:
            found[place] = rating
    return {place: found[place] for place in sorted(found, key=lambda place: (found[place].at, place))[-RATINGS:]}


def _merge_periods(one: dict[int, int], other: dict[int, int]) -> dict[int, int]:
    """Return the spend of both per four-week period.

    >>> _merge_periods({731: 500}, {731: 100, 730: 50})
    {730: 50, 731: 600}
    """
    return {period: one.get(period, 0) + other.get(period, 0) for period in sorted({*one, *other})[-PERIODS:]}


PROFILE_RULES: dict[str, Callable[[Journey, Journey, Rules], Any]] = {
    "dimensions": lambda a, b, _: _merge_dimensions(a.dimensions, b.dimensions),
    "promises": lambda a, b, _: _merge_promises(a.promises, b.promises),
    "plan_price": lambda a, b, _: max((a.newest, a.plan_price), (b.newest, b.plan_price))[1] or a.plan_price or b.plan_price,
    "motives": lambda a, b, _: _merge_motives(a.motives, b.motives),
    "personas": lambda a, b, _: _merge_personas(a.personas, b.personas),
    "realms": lambda a, b, _: pooling.add_counts(a.realms, b.realms),
    "ratings": lambda a, b, _: _merge_ratings(a.ratings, b.ratings),
    "periods": lambda a, b, _: _merge_periods(a.periods, b.periods),
}


def divide_profile(journey: Journey, piece: Journey, since: int) -> None:
    """Give the episode what was looked for, promised, spent and said since it began (ms UTC). Motives, personas and realms stay."""
    for name, time in (("dimensions", "at"), ("promises", "made"), ("ratings", "at")):
        kept = getattr(journey, name)
        setattr(piece, name, {key: each for key, each in kept.items() if getattr(each, time) >= since})
        setattr(journey, name, {key: each for key, each in kept.items() if getattr(each, time) < since})
    motives = journey.motives
    if motives and motives.began >= since:
        piece.motives = Motives(sighted=True, looks=motives.looks, read=motives.read, began=motives.began)
        motives.looks = motives.read = motives.began = 0
    if journey.periods and piece.value.spend:
        latest = max(journey.periods)
        piece.periods = {latest: piece.value.spend}
        journey.periods[latest] -= piece.value.spend
