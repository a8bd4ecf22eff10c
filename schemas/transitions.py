"""Where a customer stands: moves between stages, phases and ladder rungs; who they are, what they expected and found."""

from __future__ import annotations

from typing import ClassVar, Literal

from schemas.outputs import Output
from schemas.topics import TRANSITIONS


class StageEntered(Output, frozen=True, kw_only=True):
    """The customer moved to another stage of the journey, forward or backward."""

    topic: ClassVar[str] = TRANSITIONS
    stage: str
    left: str
    direction: Literal["forward", "backward"]
    dwell_s: int  # seconds spent in the stage that was left


class JourneysMerged(Output, frozen=True, kw_only=True):
    """Another id is this customer's as well: what its journey remembered, or its current episode, is part of this journey from now on."""

    topic: ClassVar[str] = TRANSITIONS
    origin: str  # the other id
    whole: bool  # all that its journey remembered; otherwise its current episode, as the device may be shared
    touchpoints: int  # that came along
    hand_over: str  # id of the control record that brought them


class PhaseEntered(Output, frozen=True, kw_only=True):
    """The relationship moved to another phase: acquisition, relationship or retention."""

    topic: ClassVar[str] = TRANSITIONS
    phase: str
    left: str
    dwell_s: int  # seconds


class RungEntered(Output, frozen=True, kw_only=True):
    """The customer climbed or fell on the loyalty ladder."""

    topic: ClassVar[str] = TRANSITIONS
    rung: str
    left: str
    evidence: tuple[str, ...]
    dwell_s: int  # seconds


class MotiveInferred(Output, frozen=True, kw_only=True):
    """What moves this customer to buy, as far as their behaviour shows; it changed."""

    topic: ClassVar[str] = TRANSITIONS
    motive: str  # bargain, impulse, convenience, quality_seeker, helper; empty: none stands out any more
    left: str  # what it was; empty: nothing yet
    share: float  # of the purchases that could have shown it, 0..1
    evidence: tuple[str, ...]  # ids of touchpoints that show it


class TierEntered(Output, frozen=True, kw_only=True):
    """By what they bought, or sent back, the customer came to another tier. One whom a border has passed by is not told of."""

    topic: ClassVar[str] = TRANSITIONS
    tier: str  # top: the best fifth of all; middle: the better half; base
    left: str  # empty: this is their first purchase
    past: int  # what they have brought, minor units: margin where it is told, else spend; less refunds


class PersonaEntered(Output, frozen=True, kw_only=True):
    """The customer has become one of a persona of the blueprint."""

    topic: ClassVar[str] = TRANSITIONS
    persona: str


class PersonaLeft(Output, frozen=True, kw_only=True):
    """The customer is no longer one of a persona, or the blueprint has it no longer."""

    topic: ClassVar[str] = TRANSITIONS
    persona: str
    dwell_s: int  # seconds


class GapMeasured(Output, frozen=True, kw_only=True):
    """What was perceived differs from what was expected by more than customers tolerate."""

    topic: ClassVar[str] = TRANSITIONS
    dimension: str  # what of: delivery, price, staff ...
    sort: Literal["hygiene", "delight"]  # taken for granted: only its absence is felt; or a delight: only its presence is
    expected: float  # 0 (worst) to 1 (best), as the next one
    perceived: float
    gap: float  # perceived - expected: below 0 it fell short
    basis: Literal["stated", "promised", "experienced"]  # they said it, we promised it, or they were used to it
    evidence: tuple[str, ...]  # ids of what set the expectation and what showed the perception


class SacrificeMeasured(Output, frozen=True, kw_only=True):
    """The customer settled for less than they wanted: a gap that a satisfied answer hides."""

    topic: ClassVar[str] = TRANSITIONS
    dimension: str  # availability, delivery, plan ...
    wanted: float  # 0 (worst) to 1 (best), as the next one
    settled: float
    gap: float  # wanted - settled for
    evidence: tuple[str, ...]
