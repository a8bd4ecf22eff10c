"""How far a customer has fallen below what was usual for them: what the detectors of decline share.

A week of a customer's is compared with weeks of the same customer's. Small counts scatter, and so do people: a fall counts by how many
standard deviations of their own weeks it is long. Below the scatter of a Poisson count, which is that of chance alone, no week is steady.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil, sqrt
from typing import NamedTuple

from schemas.durations import WEEK
from schemas.touchpoints import ACTIVITIES
from streams.detectors.declaring import Found, Limits, Over
from streams.detectors.shared.pauses import rested_since
from streams.state import Journey
from streams.state.weeks import USE, Weeks

MORE_OFF = 0.5  # days off a week more than before: a holiday, which says nothing of the customer
MOVED = 1.0  # standard deviations by which another use must have risen: they have moved, not left


class Fall(NamedTuple):
    """A stretch of weeks beside the weeks before it."""

    share: float  # of the usual that is missing, up to 1; negative: it rose
    deviations: float  # standard deviations it lies below the usual; negative: above
    usual: float  # touchpoints a week before
    now: float  # touchpoints a week


def fall(counts: Sequence[int], recent: int, before: int) -> Fall | None:
    """The newest `recent` weeks against the `before` (2 or more) weeks in front of them; None where those are empty.

    The usual itself is known from `before` weeks only, which widens the scatter.

    >>> fall((2, 2, 10, 10, 10, 10), 2, 4)
    Fall(share=0.8, deviations=2.92..., usual=10.0, now=2.0)
    >>> fall((2, 2, 0, 20, 0, 20), 2, 4).deviations  # somebody who comes every other week
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


def comparable(journey: Journey, weeks: Weeks, recent: int, before: int) -> bool:
    """Whether these weeks say anything: all are known, the customer is still here, nothing was agreed to rest, no holiday stands out."""
    here = weeks.at - journey.acted_at < WEEK  # who does nothing at all is silent, and silence has signals of its own
    if weeks.known < recent + before or not here or rested_since(journey, weeks.at - (recent + before + 1) * WEEK):
        return False
    return not weeks.off or sum(weeks.off[:recent]) / recent <= sum(weeks.off[recent : recent + before]) / before + MORE_OFF


def moved(weeks: Weeks, recent: int, before: int) -> bool:
    """Whether any of what they come for has clearly risen: fewer sign-ins with more use is a move to the app, not a farewell."""
    for counts in (weeks.rows[slot] for slot in USE if slot in weeks.rows):
        one = fall(counts, recent, before)
        if one.deviations <= -MOVED if one else sum(counts[:recent]) > recent:
            return True
    return False


def judged(journey: Journey, weeks: Weeks, slots: Iterable[int], span: tuple[int, int], limits: Limits) -> Found | Over | None:
    """Fallen by `share` and `deviations` or more, and not moved: found. By less than half that share: over. In between nothing is said.

    `slots` are the activities that count together; `span` the recent weeks and those before.
    """
    fallen = fall(weeks.counts(slots), *span)
    if fallen is None:
        return None
    if fallen.share >= limits["share"] and fallen.deviations >= limits["deviations"]:
        if moved(weeks, *span):
            return None
        words = " and ".join(ACTIVITIES[slot] for slot in slots if slot in weeks.rows)
        told = f"Less {words}: {fallen.now:.1f} times a week, before {fallen.usual:.1f}"
        return Found([journey.acted_id], told, strength=quarters(fallen.share))
    return Over() if fallen.share < limits["share"] / 2 else None


def quarters(share: float) -> float:
    """A share as strength, in quarters, so that it is not said anew for every percent.

    >>> [quarters(share) for share in (0.4, 0.5, 0.51, 1.0)]
    [0.5, 0.5, 0.75, 1.0]
    """
    return ceil(4 * share) / 4


def most(weeks: Weeks, slots: Iterable[int], recent: int, before: int) -> int:
    """Which of these activities was done most in the weeks before the recent ones.

    >>> most(Weeks(0, 9, {0: (9, 9, 1, 1), 1: (0, 0, 2, 2)}), (0, 1), 2, 2)
    1
    """
    return max(slots, key=lambda slot: (sum(weeks.counts((slot,))[recent : recent + before]), -slot))
