"""The recount of two ids that turn out to be one customer: what was counted for either is counted once."""

from __future__ import annotations

from typing import NamedTuple

from streams.context import Context
from streams.customer.value import cohorts, tiers
from streams.state import Journey


class Counted(NamedTuple):
    """What was counted of a journey before another journey absorbed it."""

    position: tiers.TierPosition
    cohorts: cohorts.Cohorts


def counted_before(journey: Journey) -> Counted:
    """Return what has been counted of this journey, here or in another partition."""
    return Counted(tiers.tier_position(journey), dict(journey.motives.cohorts) if journey.motives else {})


def recount_customer(ctx: Context, *before: Counted) -> None:
    """Count the merged journey once, in place of the two counts in `before`."""
    tiers.recount_tier(ctx, *(each.position for each in before))
    cohorts.recount_cohorts(ctx, *(each.cohorts for each in before))
