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


class JourneysMerged(Output, frozen=True, kw_only=True):
    """Another id is this customer's as well: what its journey remembered, or its current episode, is part of this journey from now on."""

    topic: ClassVar[str] = "journey.transitions.v1"
    origin: str  # the other id
    whole: bool  # all that its journey remembered; otherwise its current episode, as the device may be shared
    touchpoints: int  # that came along
    hand_over: str  # id of the control record that brought them


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
