"""What follows when a customer has come to another place: they got on from a blocked step, came to one, or went in circles."""

from __future__ import annotations

from schemas.touchpoints.base import Touchpoint
from streams.context import Context
from streams.detectors import Found, Opening, after
from streams.detectors.shared.key_places import ERROR_PAGE, STEP, sorts_of
from streams.signals import closing, deadlines, raising
from streams.state.place_row import spot_of
from streams.state.trail import add_move

STOPPED = "stopped_here"  # the detector whose norms are the places that are blocked now (streams.insights.blocked.standing)


def follow_move(ctx: Context, touchpoint: Touchpoint) -> None:
    """Apply what a move to another place means for the customer."""
    journey = ctx.journey
    if ctx.passed and (journey.deadlines or journey.open):
        _get_on(ctx)
    if ctx.arrived and (blocked := ctx.partition.norms.get(STOPPED)):
        spot = spot_of(touchpoint.channel, touchpoint.place)
        if spot in blocked and (detector := ctx.rules.detectors.get(STOPPED)):
            due = touchpoint.at + after(minutes=ctx.rules.limits[STOPPED]["minutes"])
            deadlines.open_deadline(ctx, detector, touchpoint, Opening(due))
    sorts = sorts_of(touchpoint)
    if sorts & STEP:
        add_move(journey.trail, touchpoint.at, spot_of(touchpoint.channel, touchpoint.place))
    elif not sorts & ERROR_PAGE:  # any other place: nothing to ask there, and it breaks a circle
        if journey.trail:
            journey.trail = bytearray()
        return
    for detector, limits in ctx.rules.movers.get(type(touchpoint), ()):
        answer = raising.ask_detector(ctx, detector, touchpoint, limits)
        if type(answer) is Found:
            raising.raise_signal(ctx, detector, answer)


def _get_on(ctx: Context) -> None:
    """Note that the customer got on from the place that they passed: what waited for it there ends."""
    journey, key = ctx.journey, f"{STOPPED}:"
    if (waiting := journey.deadlines.get(key)) is not None and spot_of(waiting.channel, waiting.place) == ctx.passed:
        del journey.deadlines[key]
        ctx.dirty = True
    for signal in [each for each in journey.open if each.detector == STOPPED and spot_of(each.channel, each.place) == ctx.passed]:
        closing.close_friction(ctx, signal, "resolved")
