"""What became of bargain and impulse buyers, by the quarter in which their motive first stood out."""

from __future__ import annotations

from schemas.insights import MotiveFollowed
from streams.customer.value.cohorts import ALREADY, OUTCOMES, WON, name_of
from streams.insights.intervals import share_of
from streams.insights.naming import insight_id
from streams.state.aggregates import Aggregate, Key


def followed(key: Key, aggregate: Aggregate) -> MotiveFollowed:
    """The cohort of one motive and quarter.

    >>> found = followed(("motive", "224", "bargain"), Aggregate({"customers": 40, "won": 9, "already": 10}))
    >>> found.quarter, found.won.rate, round(found.won.low, 3), found.already, found.won_of_others.rate
    ('2026-Q1', 0.225, 0.123, 10, 0.3)
    """
    _, quarter, motive = key
    customers, won, already = (aggregate.counts.get(name, 0) for name in ("customers", OUTCOMES[WON], OUTCOMES[ALREADY]))
    return MotiveFollowed(
        id=insight_id(*key), quarter=name_of(int(quarter)), motive=motive, won=share_of(won, customers), already=already,
        won_of_others=share_of(won, customers - already),
    )  # fmt: skip
