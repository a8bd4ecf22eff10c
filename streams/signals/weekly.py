"""The weekly review: does a regular customer come less often, or for less?

No touchpoint says so, so it is a timer. It stops after 13 weeks without an act of the customer, and starts again with the next act.
"""

from __future__ import annotations

from schemas.durations import WEEK
from streams.context import Context
from streams.detectors import Detector, Found, Over
from streams.risk import score, update
from streams.signals import raising
from streams.state import WEEKS, Journey
from streams.state.weeks import completed_weeks, next_monday

HABIT = 10  # own acts before weeks are reviewed: fewer are no habit that could decline
FORGOTTEN = WEEKS * WEEK  # ms without an act after which all remembered weeks are empty


def schedule_review(ctx: Context) -> None:
    """Set the first weekly review of this customer to the next Monday, if any detector is weekly."""
    journey = ctx.journey
    if ctx.rules.weekly and ctx.is_customer and ctx.at - journey.acted_at < FORGOTTEN:
        journey.week_due = next_monday(ctx.customer, ctx.at)
        ctx.dirty = True


def review_weeks(ctx: Context) -> None:
    """Ask every weekly detector, in the order of their names, if a review is due. Remove the contributions of those that answer `Over`."""
    journey = ctx.journey
    if not 0 < journey.week_due <= ctx.at:
        return
    journey.week_due = 0
    if not ctx.rules.weekly or ctx.at - journey.acted_at >= FORGOTTEN:
        return
    journey.week_due = next_monday(ctx.customer, ctx.at)
    weeks = completed_weeks(journey, ctx.at, ctx.rules.days_off)
    for detector, limits in ctx.rules.weekly:
        answer = raising.ask_detector(ctx, detector, weeks, limits)
        if isinstance(answer, Over):
            update.drop_contribution(journey, detector.name)
        elif isinstance(answer, Found) and not _was_raised_lately(journey, detector, answer, ctx.at):
            raising.raise_signal(ctx, detector, answer)


def _was_raised_lately(journey: Journey, detector: Detector, found: Found, at: int) -> bool:
    """Return whether the same signal was raised as strongly, and has not faded to half since.

    Otherwise a lasting decline would be published every Monday.
    """
    known = journey.contributions.get(detector.name)
    return (
        known is not None and known.strength >= found.strength and score.contribution_value(known, at) > known.weight * known.strength / 2
    )
