"""Once a week a customer who came often is looked at: have they begun to come less, or for less?

No touchpoint says so, hence it is a wake. It stops after 13 weeks without an act of theirs, and begins again with the next.
"""

from __future__ import annotations

from schemas.durations import WEEK
from streams.context import Context
from streams.detectors import Detector, Found, Over
from streams.risk import score, update
from streams.signals import raising
from streams.state import WEEKS, Journey
from streams.state.weeks import completed_weeks, next_monday

HABIT = 10  # acts of their own before which no week is looked at: fewer are no habit that could wane
FORGOTTEN = WEEKS * WEEK  # ms without an act after which the weeks show nothing any more


def begin(ctx: Context) -> None:
    """The customer's weeks are looked at from the next Monday on, where anything looks at weeks."""
    journey = ctx.journey
    if ctx.rules.weekly and ctx.is_customer and ctx.at - journey.acted_at < FORGOTTEN:
        journey.week_due = next_monday(ctx.customer, ctx.at)
        ctx.dirty = True


def review(ctx: Context) -> None:
    """If it is time, every weekly detector is asked, in the order of their names; what they say holds no longer is taken away."""
    journey = ctx.journey
    if not 0 < journey.week_due <= ctx.at:
        return
    journey.week_due = 0
    if not ctx.rules.weekly or ctx.at - journey.acted_at >= FORGOTTEN:
        return
    journey.week_due = next_monday(ctx.customer, ctx.at)
    weeks = completed_weeks(journey, ctx.at, ctx.rules.days_off)
    for detector, limits in ctx.rules.weekly:
        answer = raising.ask(ctx, detector, weeks, limits)
        if isinstance(answer, Over):
            update.drop_contribution(journey, detector.name)
        elif isinstance(answer, Found) and not _said(journey, detector, answer, ctx.at):
            raising.raise_signal(ctx, detector, answer)


def _said(journey: Journey, detector: Detector, found: Found, at: int) -> bool:
    """Whether the same was said, as strongly, and has not faded to half since: a decline that lasts is no news every Monday."""
    known = journey.contributions.get(detector.name)
    return (
        known is not None and known.strength >= found.strength and score.contribution_value(known, at) > known.weight * known.strength / 2
    )
