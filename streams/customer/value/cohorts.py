"""Cohorts by motive: bargain and impulse buyers, by the quarter of their motive, and how many of them became loyal.

Every customer who ever had the motive is counted once, in the quarter in which it first stood out. They are counted once as won, when
they first reach the rung "loyal" after that. A customer who was loyal before that is counted too, and also as `already`: nobody had
to win them. Only known customers are counted: nobody knows yet who an anonymous journey is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from schemas.outputs.insights import MotiveFollowed
from streams.context import Context
from streams.insights.intervals import share_of
from streams.insights.naming import insight_id
from streams.state.aggregates import Aggregate, Key
from streams.state.identifiers import is_anonymous
from streams.state.journey.profile import Cohort

FOLLOWED = ("bargain", "impulse")  # motives that are followed; new ones go to the end, because journeys store the index
LOYAL = ("loyal", "advocate")  # rungs
OPEN, WON, ALREADY = range(3)  # outcomes: not yet loyal, became loyal, was loyal already
OUTCOMES = ("", "won", "already")
EPOCH, DAY = date(1970, 1, 1).toordinal(), 86_400_000  # ms
Cohorts = Mapping[int, Cohort]


def quarter_of(at: int) -> int:
    """Return the calendar quarter (UTC, since 1970) of a time (ms UTC).

    >>> from streams.story import START
    >>> quarter_of(0), quarter_of(START), quarter_of(START + 90 * DAY), quarter_name(quarter_of(START))
    (0, 224, 225, '2026-Q1')
    """
    on = date.fromordinal(EPOCH + at // DAY)
    return 4 * (on.year - 1970) + (on.month - 1) // 3


def quarter_name(quarter: int) -> str:
    """Return the quarter as people write it.

    >>> quarter_name(3)
    '1970-Q4'
    """
    return f"{1970 + quarter // 4}-Q{quarter % 4 + 1}"


def track_cohort(ctx: Context) -> None:
    """Count the customer in a cohort when a followed motive first stands out, and as won when they become loyal.

    Call it after any change of motive or rung. Calling it again changes nothing.
    """
    journey, motives = ctx.journey, ctx.journey.motives
    if motives is None or is_anonymous(ctx.customer) or ctx.rules.is_ours(ctx.customer):
        return
    loyal = journey.rung.name in LOYAL
    if motives.name in FOLLOWED and (place := FOLLOWED.index(motives.name)) not in motives.cohorts:
        motives.cohorts[place] = cohort = Cohort(quarter_of(ctx.at), ALREADY if loyal else OPEN)
        _count(ctx, place, cohort)
    if loyal:
        for place, cohort in motives.cohorts.items():
            if cohort.outcome == OPEN:
                cohort.outcome = WON
                _row(ctx, place, cohort).count(OUTCOMES[WON])


def _row(ctx: Context, place: int, cohort: Cohort) -> Aggregate:
    return ctx.partition.aggregates.row(("motive", str(cohort.quarter), FOLLOWED[place]))


def _count(ctx: Context, place: int, cohort: Cohort, by: int = 1) -> None:
    aggregate = _row(ctx, place, cohort)
    aggregate.count("customers", by)
    if cohort.outcome != OPEN:
        aggregate.count(OUTCOMES[cohort.outcome], by)


def merge_cohorts(one: Cohorts, other: Cohorts) -> dict[int, Cohort]:
    """Return the cohorts of a customer known by two ids, with the earlier quarter of each motive.

    It is won if either was won, or was loyal by the time of the other.

    >>> merge_cohorts({0: Cohort(224)}, {0: Cohort(225, ALREADY), 1: Cohort(225)})
    {0: Cohort(quarter=224, outcome=1), 1: Cohort(quarter=225, outcome=0)}
    """
    return {place: _merge_outcomes([kept[place] for kept in (one, other) if place in kept]) for place in sorted({*one, *other})}


def _merge_outcomes(known: list[Cohort]) -> Cohort:
    first, *others = sorted(known, key=lambda each: (each.quarter, -each.outcome))
    won_since = first.outcome == OPEN and any(each.outcome != OPEN for each in others)
    return Cohort(first.quarter, WON if won_since else first.outcome)


def recount_cohorts(ctx: Context, *before: Cohorts) -> None:
    """Count a customer of two ids as one from now on. If they turn out to be one of our own people, do not count them at all."""
    if ctx.journey.motives and ctx.rules.is_ours(ctx.customer):
        ctx.journey.motives.cohorts = {}
    for kept, by in (*((each, -1) for each in before), (_cohorts_of(ctx), 1)):
        for place, cohort in kept.items():
            _count(ctx, place, cohort, by)
    track_cohort(ctx)


def _cohorts_of(ctx: Context) -> Cohorts:
    return ctx.journey.motives.cohorts if ctx.journey.motives else {}


def describe_cohort(key: Key, aggregate: Aggregate) -> MotiveFollowed:
    """Return the cohort of one motive and quarter as it is published.

    >>> found = describe_cohort(("motive", "224", "bargain"), Aggregate({"customers": 40, "won": 9, "already": 10}))
    >>> found.quarter, found.won.rate, round(found.won.low, 3), found.already, found.won_of_others.rate
    ('2026-Q1', 0.225, 0.123, 10, 0.3)
    """
    _, quarter, motive = key
    customers, won, already = (aggregate.counts.get(name, 0) for name in ("customers", OUTCOMES[WON], OUTCOMES[ALREADY]))
    return MotiveFollowed(
        id=insight_id(*key), quarter=quarter_name(int(quarter)), motive=motive, won=share_of(won, customers), already=already,
        won_of_others=share_of(won, customers - already),
    )  # fmt: skip
