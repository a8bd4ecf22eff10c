"""The customer's stage, and the phase of the relationship.

The rows of `streams.rules.stage_rows` say which event moves a stage where. A stage never changes by time alone: time raises a churn
signal, and the signal moves the stage. The loyalty level is in `streams.customer.loyalty`.
"""

from __future__ import annotations

from schemas.outputs.transitions import PhaseEntered, StageEntered
from schemas.touchpoints.base import Touchpoint
from schemas.vocabulary import START, is_forward
from streams.context import Context
from streams.customer import loyalty
from streams.insights import counting
from streams.rules.stage_rows import BACK, cue_of
from streams.state import Journey, Position


def update_stage(ctx: Context, touchpoint: Touchpoint) -> None:
    """Update stage, loyalty level and phase after this touchpoint. A late one moves no stage, but a late purchase counts for loyalty."""
    journey = ctx.journey
    if not journey.stage.name:
        _start_positions(journey, touchpoint.at)
    if type(touchpoint) not in ctx.rules.moves.kinds:
        return
    cue = cue_of(touchpoint)
    if not ctx.late and ctx.rules.moves.to.get((journey.stage.name, cue), journey.stage.name) != journey.stage.name:
        move_stage(ctx, cue)
    if isinstance(touchpoint, loyalty.BUYING) or cue == "praised":
        loyalty.climb_rung(ctx, touchpoint.id, cue)
        update_phase(ctx)


def _start_positions(journey: Journey, at: int) -> None:
    journey.stage = Position(START, at)
    journey.phase = Position("acquisition", at)
    journey.rung = Position("prospect", at)


def move_stage(ctx: Context, cue: str) -> None:
    """Move to the stage that this cue leads to, if it leads anywhere from here. A churn signal may lower the loyalty level too."""
    journey = ctx.journey
    if (to := ctx.rules.moves.to.get((journey.stage.name, cue))) is not None:
        before = journey.stage.before
        _enter_stage(ctx, to if to != BACK else before if before not in ("", START) else "exploring")
    loyalty.slip_rung(ctx, cue)
    update_phase(ctx)


def _enter_stage(ctx: Context, to: str) -> None:
    stage = ctx.journey.stage
    if to == stage.name:
        return
    dwell_s = max(0, ctx.at - stage.since) // 1000
    ctx.out.append(
        StageEntered(
            **ctx.head(f"stage:{to}"),
            stage=to, left=stage.name, direction="forward" if is_forward(stage.name, to) else "backward", dwell_s=dwell_s,
        )
    )  # fmt: skip
    if ctx.is_customer:
        counting.count_stage_move(ctx, stage.name, to, dwell_s)
    ctx.dirty = True
    ctx.journey.stage = Position(to, ctx.at, stage.name)


def update_phase(ctx: Context) -> None:
    """Update the phase, and publish a change.

    It is acquisition until the first purchase. It is retention if the customer has lapsed or the risk is high, and else relationship.
    """
    journey, phase = ctx.journey, ctx.journey.phase
    leaving = journey.stage.name == "lapsed" or journey.band in ("high", "critical")
    to = "acquisition" if not (journey.cadence.count or loyalty.purchase_count(journey)) else "retention" if leaving else "relationship"
    if to == phase.name:
        return
    ctx.out.append(
        PhaseEntered(
            **ctx.head(f"phase:{to}"),
            phase=to, left=phase.name, dwell_s=max(0, ctx.at - phase.since) // 1000,
        )
    )  # fmt: skip
    ctx.journey.phase = Position(to, ctx.at, phase.name)
