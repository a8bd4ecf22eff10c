"""Where a customer stands: moves between stages, phases and ladder rungs."""

from __future__ import annotations

from typing import ClassVar, Literal

from schemas.outputs import Output


class StageEntered(Output, frozen=True, kw_only=True):
    """The customer moved to another stage of the journey, forward or backward."""

    topic: ClassVar[str] = "journey.transitions.v1"
    stage: str
    left: str
    direction: Literal["forward", "backward"]
    dwell_s: int  # seconds spent in the stage that was left


class PhaseEntered(Output, frozen=True, kw_only=True):
    """The relationship moved to another phase: acquisition, relationship or retention."""

    topic: ClassVar[str] = "journey.transitions.v1"
    phase: str
    left: str
    dwell_s: int  # seconds


class RungEntered(Output, frozen=True, kw_only=True):
    """The customer climbed or fell on the loyalty ladder."""

    topic: ClassVar[str] = "journey.transitions.v1"
    rung: str
    left: str
    evidence: tuple[str, ...]
    dwell_s: int  # seconds
