"""Who bought by a motive, and was won for good: bargain and impulse buyers, by the quarter in which their motive first stood out.

Everybody who ever had the motive is counted once, in that quarter, whatever became of the motive; and once as won, when they first come to
the loyal rung after it. Whoever was loyal already when it first stood out is counted with the others and, apart from them, as `already`:
nobody had to win them. Customers only: who an anonymous journey is, we do not know yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from schemas.insights import MotiveFollowed
from streams.context import Context
from streams.insights.intervals import share
from streams.insights.naming import named
from streams.state.cells import Aggregate, Key
from streams.state.identifiers import anonymous
from streams.state.profile import Cohort

FOLLOWED = ("bargain", "impulse")  # motives whose buyers are followed; append only: journeys know them by their place
LOYAL = ("loyal", "advocate")  # rungs
OPEN, WON, ALREADY = range(3)  # what became of them
OUTCOMES = ("", "won", "already")
EPOCH, DAY = date(1970, 1, 1).toordinal(), 86_400_000  # ms
Cohorts = Mapping[int, Cohort]


def quarter_of(at: int) -> int:
    """The calendar quarter (UTC, since 1970) that a moment (ms UTC) lies in.

    >>> from streams.story import START
    >>> quarter_of(0), quarter_of(START), quarter_of(START + 90 * DAY), name_of(quarter_of(START))
    (0, 224, 225, '2026-Q1')
    """
    on = date.fromordinal(EPOCH + at // DAY)
    return 4 * (on.year - 1970) + (on.month - 1) // 3


def name_of(quarter: int) -> str:
    """The quarter as people write it.

    >>> name_of(3)
    '1970-Q4'
    """
    return f"{1970 + quarter // 4}-Q{quarter % 4 + 1}"


def track_cohort(ctx: Context) -> None:
    """The motive or the rung may have changed: who has the motive for the first time is followed, and won once they are loyal.

    Asking again changes nothing.
    """
    journey, motives = ctx.journey, ctx.journey.motives
    if motives is None or anonymous(ctx.customer) or ctx.rules.ours(ctx.customer):
        return
    loyal = journey.rung.name in LOYAL
    if motives.name in FOLLOWED and (place := FOLLOWED.index(motives.name)) not in motives.cohorts:
        motives.cohorts[place] = cohort = Cohort(quarter_of(ctx.at), ALREADY if loyal else OPEN)
        _count(ctx, place, cohort)
    if loyal:
        for place, cohort in motives.cohorts.items():
            if cohort.outcome == OPEN:
                cohort.outcome = WON
                _cell(ctx, place, cohort).count(OUTCOMES[WON])


def _cell(ctx: Context, place: int, cohort: Cohort) -> Aggregate:
    return ctx.partition.aggregates.at(("motive", str(cohort.quarter), FOLLOWED[place]))


def _count(ctx: Context, place: int, cohort: Cohort, by: int = 1) -> None:
    cell = _cell(ctx, place, cohort)
    cell.count("customers", by)
    if cohort.outcome != OPEN:
        cell.count(OUTCOMES[cohort.outcome], by)


def joined(one: Cohorts, other: Cohorts) -> dict[int, Cohort]:
    """Of a customer known by two ids: the earlier quarter of each motive, and won where either was, or was loyal by the time of the other.

    >>> joined({0: Cohort(224)}, {0: Cohort(225, ALREADY), 1: Cohort(225)})
    {0: Cohort(quarter=224, outcome=1), 1: Cohort(quarter=225, outcome=0)}
    """
    return {place: _first([kept[place] for kept in (one, other) if place in kept]) for place in sorted({*one, *other})}


def _first(known: list[Cohort]) -> Cohort:
    first, *others = sorted(known, key=lambda each: (each.quarter, -each.outcome))
    won_since = first.outcome == OPEN and any(each.outcome != OPEN for each in others)
    return Cohort(first.quarter, WON if won_since else first.outcome)


def recount(ctx: Context, *before: Cohorts) -> None:
    """Who was counted under two ids is counted as one customer from now on; as none, where they turn out to be one of ours."""
    if ctx.journey.motives and ctx.rules.ours(ctx.customer):
        ctx.journey.motives.cohorts = {}
    for kept, by in (*((each, -1) for each in before), (_of(ctx), 1)):
        for place, cohort in kept.items():
            _count(ctx, place, cohort, by)
    track_cohort(ctx)


def _of(ctx: Context) -> Cohorts:
    return ctx.journey.motives.cohorts if ctx.journey.motives else {}


def followed(key: Key, cell: Aggregate) -> MotiveFollowed:
    """The cohort of one motive and quarter.

    >>> found = followed(("motive", "224", "bargain"), Aggregate({"customers": 40, "won": 9, "already": 10}))
    >>> found.quarter, found.won.rate, round(found.won.low, 3), found.already, found.won_of_others.rate
    ('2026-Q1', 0.225, 0.123, 10, 0.3)
    """
    _, quarter, motive = key
    customers, won, already = (cell.counts.get(name, 0) for name in ("customers", OUTCOMES[WON], OUTCOMES[ALREADY]))
    return MotiveFollowed(
        id=named(*key), quarter=name_of(int(quarter)), motive=motive, won=share(won, customers), already=already,
        won_of_others=share(won, customers - already),
    )  # fmt: skip
