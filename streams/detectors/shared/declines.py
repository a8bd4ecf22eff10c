"""How far a customer has fallen below what was usual for them. The detectors of decline share it.

A customer's weeks are compared with earlier weeks of the same customer. Small counts scatter, and so do people. So a fall is measured
in standard deviations of the customer's own weeks. The deviation is never taken below that of a Poisson count, which is chance alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil, sqrt
from typing import NamedTuple

from schemas.durations import WEEK
from schemas.touchpoints import ACTIVITIES
from streams.detectors.answers import Found, Over
from streams.detectors.declaring import Limits
from streams.detectors.shared.pauses import was_paused_since
from streams.state import Journey
from streams.state.weeks import USE, Weeks

MORE_OFF = 0.5  # more days off per week than before: a holiday, which says nothing about the customer
MOVED = 1.0  # standard deviations by which another use must have risen to count as a move


class Fall(NamedTuple):
    """The fall of the recent weeks below the weeks before them."""

    share: float  # share of the usual level that is missing, up to 1; negative: a rise
    deviations: float  # standard deviations below the usual level; negative: above
    usual: float  # touchpoints a week, in the weeks before
    now: float  # touchpoints a week, in the recent weeks


def fall(counts: Sequence[int], recent: int, before: int) -> Fall | None:
    """Return the fall of the newest `recent` weeks below the `before` (2 or more) weeks before them; None if those are empty.

    The usual level is itself estimated from `before` weeks only, which makes the deviation wider.

    >>> fall((2, 2, 10, 10, 10, 10), 2, 4)
    Fall(share=0.8, deviations=2.92..., usual=10.0, now=2.0)
    >>> fall((2, 2, 0, 20, 0, 20), 2, 4).deviations  # a customer who comes every other week
    0.8...
    """
    then = counts[recent : recent + before]
    if not (whole := sum(then)):
        return None
    usual = whole / before
    scatter = max((sum(count * count for count in then) - whole * usual) / (before - 1), usual)
    expected, seen = usual * recent, sum(counts[:recent])
    deviation = sqrt(scatter * recent * (1 + recent / before))
    return Fall(1 - seen / expected, (expected - seen) / deviation, usual, seen / recent)


def are_comparable(journey: Journey, weeks: Weeks, recent: int, before: int) -> bool:
    """Return whether these weeks can be compared.

    All weeks must be known, and the customer must still be active. No pause was agreed, and the recent weeks have no extra holidays.
    """
    here = weeks.at - journey.acted_at < WEEK  # a customer without any act is silent: silence has signals of its own
    if weeks.known < recent + before or not here or was_paused_since(journey, weeks.at - (recent + before + 1) * WEEK):
        return False
    return not weeks.off or sum(weeks.off[:recent]) / recent <= sum(weeks.off[recent : recent + before]) / before + MORE_OFF


def has_moved(weeks: Weeks, recent: int, before: int) -> bool:
    """Return whether another use has clearly risen. Fewer sign-ins with more use is a move to the app, not a farewell."""
    for counts in (weeks.rows[slot] for slot in USE if slot in weeks.rows):
        one = fall(counts, recent, before)
        if one.deviations <= -MOVED if one else sum(counts[:recent]) > recent:
            return True
    return False


def judge_decline(journey: Journey, weeks: Weeks, slots: Iterable[int], span: tuple[int, int], limits: Limits) -> Found | Over | None:
    """Return `Found` for a fall of at least `share` and `deviations` without a move.

    Return `Over` for a fall of less than half that share, and None in between.

    `slots` are the activities that are counted together. `span` is the number of recent weeks and of the weeks before them.
    """
    fallen = fall(weeks.counts(slots), *span)
    if fallen is None:
        return None
    if fallen.share >= limits["share"] and fallen.deviations >= limits["deviations"]:
        if has_moved(weeks, *span):
            return None
        words = " and ".join(ACTIVITIES[slot] for slot in slots if slot in weeks.rows)
        told = f"Less {words}: {fallen.now:.1f} times a week, before {fallen.usual:.1f}"
        return Found([journey.acted_id], told, strength=quarters(fallen.share))
    return Over() if fallen.share < limits["share"] / 2 else None


def quarters(share: float) -> float:
    """Return a share as a strength in quarters, so that not every percent is published again.

    >>> [quarters(share) for share in (0.4, 0.5, 0.51, 1.0)]
    [0.5, 0.5, 0.75, 1.0]
    """
    return ceil(4 * share) / 4


def busiest(weeks: Weeks, slots: Iterable[int], recent: int, before: int) -> int:
    """Return which of these activities was done most in the weeks before the recent ones.

    >>> busiest(Weeks(0, 9, {0: (9, 9, 1, 1), 1: (0, 0, 2, 2)}), (0, 1), 2, 2)
    1
    """
    return max(slots, key=lambda slot: (sum(weeks.counts((slot,))[recent : recent + before]), -slot))
