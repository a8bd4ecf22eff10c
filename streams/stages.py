"""Where the customer stands: the stage, moved by the rows of `streams.moves`, and the phase. (The ladder is `streams.ladder`.)

A stage changes by an event and never by itself: what a silence does to a customer is done by the churn signal that time raised.
"""

from __future__ import annotations

from schemas.touchpoints.base import Touchpoint
from schemas.transitions import PhaseEntered, StageEntered
from schemas.vocabulary import START, is_forward
from streams import ladder
from streams.insights import measures
from streams.moment import Moment
from streams.moves import BACK, cue_of
from streams.state import Journey, Standing


def step(moment: Moment, touchpoint: Touchpoint) -> None:
    """Stage and rung after this touchpoint; a late one moves no stage, but a purchase counts on the ladder whenever it is heard of."""
    journey = moment.journey
    if not journey.stage.name:
        _begin(journey, touchpoint.at)
    if type(touchpoint) not in moment.rules.moves.kinds:
        return
    cue = cue_of(touchpoint)
    if not moment.late and moment.rules.moves.to.get((journey.stage.name, cue), journey.stage.name) != journey.stage.name:
        move(moment, cue)
    if isinstance(touchpoint, ladder.BUYING) or cue == "praised":
        ladder.climb(moment, touchpoint.id, cue)
        settle_phase(moment)


def _begin(journey: Journey, at: int) -> None:
    journey.stage = Standing(START, at)
    journey.phase = Standing("acquisition", at)
    journey.rung = Standing("prospect", at)


def move(moment: Moment, cue: str) -> None:
    """The stage this cue leads to, if it leads anywhere from here; a silence also lets the customer slip down the ladder."""
    journey = moment.journey
    if (to := moment.rules.moves.to.get((journey.stage.name, cue))) is not None:
        before = journey.stage.before
        _enter_stage(moment, to if to != BACK else before if before not in ("", START) else "exploring")
    ladder.slip(moment, cue)
    settle_phase(moment)


def _enter_stage(moment: Moment, to: str) -> None:
    stage = moment.journey.stage
    if to == stage.name:
        return
    dwell_s = max(0, moment.at - stage.since) // 1000
    moment.out.append(
        StageEntered(
            **moment.head(f"stage:{to}"),
            stage=to, left=stage.name, direction="forward" if is_forward(stage.name, to) else "backward", dwell_s=dwell_s,
        )
    )  # fmt: skip
    if moment.watched:
        measures.left_stage(moment, stage.name, to, dwell_s)
    moment.stirred = True
    moment.journey.stage = Standing(to, moment.at, stage.name)


def settle_phase(moment: Moment) -> None:
    """Acquisition until the first purchase; retention while the customer has lapsed or the risk is high; relationship otherwise."""
    journey, phase = moment.journey, moment.journey.phase
    leaving = journey.stage.name == "lapsed" or journey.band in ("high", "critical")
    to = "acquisition" if not ladder.bought(journey) else "retention" if leaving else "relationship"
    if to == phase.name:
        return
    moment.out.append(
        PhaseEntered(
            **moment.head(f"phase:{to}"),
            phase=to, left=phase.name, dwell_s=max(0, moment.at - phase.since) // 1000,
        )
    )  # fmt: skip
    moment.journey.phase = Standing(to, moment.at, phase.name)
