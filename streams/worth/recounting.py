"""Two ids turn out to be one customer: what was counted of either is counted once."""

from __future__ import annotations

from typing import NamedTuple

from streams.moment import Moment
from streams.state import Journey
from streams.worth import cohorts, tiers


class Counted(NamedTuple):
    """What was counted of a journey before another took it in."""

    standing: tiers.Standing
    cohorts: cohorts.Cohorts


def counted(journey: Journey) -> Counted:
    """What has been counted of this one, here or in another partition."""
    return Counted(tiers.standing(journey), dict(journey.motives.cohorts) if journey.motives else {})


def recount(moment: Moment, *before: Counted) -> None:
    """The journey has taken the other in: both were counted as `before`, and are one."""
    tiers.recount(moment, *(each.standing for each in before))
    cohorts.recount(moment, *(each.cohorts for each in before))
