"""Use that has become narrower: fewer categories, features or seats."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

from schemas.durations import WEEK
from schemas.touchpoints.commerce import OrderPlaced
from schemas.touchpoints.usage import AccountPaused, FeatureUsed, SeatsCounted
from streams.detectors import Found, Limits, Over, Risk, weekly
from streams.detectors.shared.declines import quarters
from streams.detectors.shared.pauses import was_paused_since
from streams.state import Journey
from streams.state.marks import distinct_values, last_uncited, period_of
from streams.state.weeks import Weeks

BASKETS, FEATURES, COUNTS = 6, 32, 6  # orders before and now; different features; counts of seats
REST = 12 * WEEK  # ms before now in which a pause must not have been agreed


class Breadth(NamedTuple):
    """How many different ones there are now, and how many were usual."""

    of: str
    now: float
    usual: float


def _categories(journey: Journey, limits: Limits) -> Breadth | None:
    """Return the categories of the latest orders against those of as many orders before them.

    The numbers of orders are equal, so a customer who only buys less often has lost nothing. Six baskets vary by chance. So a loss of fewer
    than `categories` says nothing, except when it is so small that it shows no loss.
    """
    baskets = [mark.category_prints for mark in journey.rings.order_placed if mark.category_prints]
    if len(baskets) < 2 * BASKETS:
        return None
    before, now = baskets[-2 * BASKETS : -BASKETS], baskets[-BASKETS:]
    usual, kept = len(set().union(*before)), len(set().union(*now))
    return None if limits["share"] / 2 * usual <= usual - kept < limits["categories"] else Breadth("categories", kept, usual)


def _features(journey: Journey, at: int) -> Breadth | None:
    """Return the features of the latest four complete weeks against the mean of the earlier ones.

    The earlier ones are the four or eight weeks before that the journey remembers whole.
    """
    ring: list[Any] = journey.rings.feature_used
    running = period_of(at)
    counts = Counter(four_weeks for four_weeks, _ in {(period_of(mark.at), mark.feature) for mark in ring})
    begun = period_of(journey.first_seen) if len(ring) < FEATURES else min(counts)  # the journey may have forgotten a part of this period
    usual = [counts[one] for one in (running - 2, running - 3) if one > begun]
    return Breadth("features", counts[running - 1], sum(usual) / len(usual)) if usual and counts[running - 1] else None


def _seats(journey: Journey) -> Breadth | None:
    """Return the seats at the latest count against the mean of the counts before it."""
    *before, now = [mark.used for mark in journey.rings.seats_counted] or [0]
    return Breadth("seats", now, sum(before) / len(before)) if len(before) > 1 else None


@weekly(
    "breadth_lost",
    reads={
        OrderPlaced: last_uncited(2 * BASKETS, "category_prints"),
        FeatureUsed: distinct_values(FEATURES, "feature"),
        SeatsCounted: last_uncited(COUNTS, "used"),
        AccountPaused: last_uncited(1, "until"),
    },
    limits={"share": 0.4, "least": 5, "categories": 5},
    severity=2,
    risk=Risk("decline", weight=0.6, half_life_days=60),
)
def breadth_lost(journey: Journey, weeks: Weeks, limits: Limits) -> Found | Over | None:
    """The customer buys from fewer categories, or uses fewer features or seats, than they used to.

    **Definition**: A number is `share` or more below the customer's own norm, and the norm is `least` or more. Categories: the latest 6
    orders against the 6 before, and at least `categories` fewer. Features: the latest complete four weeks against the eight before. Seats:
    the latest count against the mean of up to five before. Asked every Monday. The largest loss counts.
    **Default**: 40 %. A norm of 5. 5 categories.
    **Source**: Renewals rest on breadth of use. The limits are [ours]. Weight 0.6 and half-life 60 days are priors [ours].
    **Guard**: The detector compares equal numbers of orders and equal stretches of time. A narrow customer (fewer than `least`) cannot
    narrow, and six baskets vary by chance. Till receipts are left out. Of 1,200 grocery households, some narrowed at the till (191 times).
    They bought on as often as others did (98 and 96 % in 30 days). A customer who uses no feature at all has other signals. A pause agreed
    in the last twelve weeks gives no claim. Categories are told apart by one byte each.

    >>> from streams.replay import signals_of
    >>> used = [f"{day}d app feature_used - feature=f{day % (6 if day < 77 else 2)} \\n" for day in range(120)]
    >>> signals_of("".join(used), until="120d")
    ['breadth_lost']
    >>> signals_of("".join(f"{day}d app feature_used - feature=f{day % 6} \\n" for day in range(120)), until="120d")
    []
    """
    if was_paused_since(journey, weeks.at - REST):
        return None
    known = [breadth for breadth in (_categories(journey, limits), _features(journey, weeks.at), _seats(journey)) if breadth]
    losses = [(1 - one.now / one.usual, one) for one in known if one.usual >= limits["least"]]
    if not losses:
        return None
    lost, one = max(losses)
    if lost < limits["share"]:
        return Over() if lost < limits["share"] / 2 else None
    return Found([journey.acted_id], f"{one.now:g} {one.of} instead of {one.usual:.1f}", strength=quarters(lost))
