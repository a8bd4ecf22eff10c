"""Two ids turn out to be one customer: what was counted of either is counted once."""

from __future__ import annotations

from typing import NamedTuple

from streams.context import Context
from streams.customer.value import cohorts, tiers
from streams.state import Journey


class Counted(NamedTuple):
    """What was counted of a journey before another took it in."""

    stage_number: tiers.TierPosition
    cohorts: cohorts.Cohorts


def counted(journey: Journey) -> Counted:
    """What has been counted of this one, here or in another partition."""
    return Counted(tiers.tier_position(journey), dict(journey.motives.cohorts) if journey.motives else {})


def recount(ctx: Context, *before: Counted) -> None:
    """The journey has taken the other in: both were counted as `before`, and are one."""
    tiers.recount(ctx, *(each.stage_number for each in before))
    cohorts.recount(ctx, *(each.cohorts for each in before))
