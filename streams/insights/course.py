"""The course of a rate over weeks: since when it is other than before, and whether the newest weeks are better or worse."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

from schemas.outputs.figures import Share
from streams.insights.intervals import difference, share_of

Verdict = Literal["better", "worse", "no clear change", "too few weeks"]
CLEAR = 9.0  # twice the log of the likelihoods' ratio: about 5 % of steady courses of ten weeks exceed it somewhere [ours]
NEWEST = 2  # weeks that count as the newest


class Week(NamedTuple):
    """What was counted in one week: `hit` of `of`."""

    week: int
    hit: int
    of: int


class Course(NamedTuple):
    """A rate before and after its clearest change, and in the newest weeks against those since the change."""

    since: int | None  # the week of the change; None: it is steady
    before: Share  # without a change: all weeks
    after: Share  # the same
    verdict: Verdict  # of the newest two weeks
    difference: float  # of the newest two weeks' rate from the earlier one
    low: float  # lower end of its 95 % interval (Newcombe)
    high: float  # upper end of its 95 % interval


def course_of(weeks: Sequence[Week]) -> Course:
    """Return the course of these weeks, oldest first. The change is where two rates fit the weeks best, if they fit clearly better.

    **Source**: the likelihood-ratio test for one change point of a binomial rate; D. V. Hinkley and E. A. Hinkley, Inference about the
    change-point in a sequence of binomial variables, Biometrika 57 (1970) 477-488.

    >>> found = course_of([Week(number, 20 if number > 4 else 4, 100) for number in range(1, 10)])
    >>> found.since, found.before.rate, found.after.rate, found.verdict
    (5, 0.04, 0.2, 'no clear change')
    """
    known = [each for each in weeks if each.of]
    at = max(range(1, len(known)), key=lambda split: _gain(known[:split], known[split:]), default=0)
    changed = bool(at) and _gain(known[:at], known[at:]) > CLEAR
    before, after = _rate(known[:at] if changed else known), _rate(known[at:] if changed else known)
    since = known[at:] if changed else known
    newest, earlier = since[-NEWEST:], since[:-NEWEST] or (known[:at] if changed else [])
    if not earlier:
        return Course(known[at].week if changed else None, before, after, "too few weeks", 0.0, -1.0, 1.0)
    gap, low, high = difference(_rate(newest), _rate(earlier))
    verdict: Verdict = "worse" if low > 0 else "better" if high < 0 else "no clear change"
    return Course(known[at].week if changed else None, before, after, verdict, gap, low, high)


def _rate(weeks: Sequence[Week]) -> Share:
    return share_of(sum(each.hit for each in weeks), sum(each.of for each in weeks))


def _gain(before: Sequence[Week], after: Sequence[Week]) -> float:
    """Return twice the log of how much better two rates fit than one."""
    parts = [_rate(part) for part in (before, after, [*before, *after])]
    first, then, both = (_log_likelihood(part) for part in parts)
    return 2 * (first + then - both)


def _log_likelihood(share: Share) -> float:
    missed = share.of - share.count
    return sum(count * math.log(count / share.of) for count in (share.count, missed) if count)
