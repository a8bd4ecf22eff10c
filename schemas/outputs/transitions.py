"""Transitions: moves between stages, phases, loyalty levels (rungs), tiers and personas.

Changes of motive are here too, and gaps between what the customer expected or wanted and what they found.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from schemas.outputs import Output
from schemas.topics import TRANSITIONS


class StageEntered(Output, frozen=True, kw_only=True):
    """The customer moved to another stage of the journey, forward or backward."""

    topic: ClassVar[str] = TRANSITIONS
    stage: str  # the stage that the customer is in now
    left: str  # the stage that they were in before
    direction: Literal["forward", "backward"]  # of the move
    dwell_s: int  # seconds spent in the stage that was left


class JourneysMerged(Output, frozen=True, kw_only=True):
    """Another id was found to be this customer too. What its journey remembered is part of this journey from now on."""

    topic: ClassVar[str] = TRANSITIONS
    origin: str  # the other id
    whole: bool  # true: all that its journey remembered; false: its current episode, because others may use the device too
    touchpoints: int  # how many came along
    hand_over: str  # id of the control record that brought them


class LinkRefused(Output, frozen=True, kw_only=True):
    """Two ids were named as one customer, and stay two.

    `alias_of_known_ids`: an SDK's alias call named two known ids, and the blueprint does not let an alias join them. `too_many_ids`: as
    many other ids have joined this customer as one may have.
    """

    topic: ClassVar[str] = TRANSITIONS
    other: str  # the other id, whose journey stays as it is
    reason: Literal["alias_of_known_ids", "too_many_ids"]  # why they are not joined


class JourneysUnlinked(Output, frozen=True, kw_only=True):
    """An operator unlinked this id from another. From here on its touchpoints are its own. What was handed over stays with the other."""

    topic: ClassVar[str] = TRANSITIONS
    other: str  # the id to whom they went until now
    why: str  # reason in the words of the operator


class PhaseEntered(Output, frozen=True, kw_only=True):
    """The relationship moved to another phase: acquisition, relationship or retention."""

    topic: ClassVar[str] = TRANSITIONS
    phase: str  # the phase that the relationship is in now
    left: str  # the phase that it was in before
    dwell_s: int  # seconds spent in the phase that was left


class RungEntered(Output, frozen=True, kw_only=True):
    """The customer moved to another loyalty level (rung of the ladder), up or down."""

    topic: ClassVar[str] = TRANSITIONS
    rung: str  # the level that the customer is on now
    left: str  # the level that they were on before
    evidence: tuple[str, ...]  # ids of the touchpoints that show it
    dwell_s: int  # seconds spent on the level that was left


class MotiveInferred(Output, frozen=True, kw_only=True):
    """The motive for which this customer buys has changed, as far as their behaviour shows it."""

    topic: ClassVar[str] = TRANSITIONS
    motive: str  # bargain, impulse, convenience, quality_seeker, helper; empty: none stands out any more
    left: str  # what it was before; empty: none yet
    share: float  # of the purchases that could have shown it, 0..1
    evidence: tuple[str, ...]  # ids of touchpoints that show it


class TierEntered(Output, frozen=True, kw_only=True):
    """The customer moved to another tier, because of what they bought or sent back.

    A customer who changes tier only because a border moved gets no record.
    """

    topic: ClassVar[str] = TRANSITIONS
    tier: str  # top: the best fifth of all; middle: the better half; base
    left: str  # empty: this is their first purchase
    past: int  # what they have brought, minor units: margin if it is reported, else spend; less refunds
    currency: str = ""  # ISO 4217 of it; empty: no purchase has named one


class PersonaEntered(Output, frozen=True, kw_only=True):
    """The customer now belongs to a persona of the blueprint."""

    topic: ClassVar[str] = TRANSITIONS
    persona: str  # name in the blueprint


class PersonaLeft(Output, frozen=True, kw_only=True):
    """The customer no longer belongs to a persona, or the blueprint no longer has it."""

    topic: ClassVar[str] = TRANSITIONS
    persona: str  # name in the blueprint
    dwell_s: int  # seconds for which the customer belonged to it


class GapMeasured(Output, frozen=True, kw_only=True):
    """The customer's perception differs from their expectation by more than customers tolerate."""

    topic: ClassVar[str] = TRANSITIONS
    dimension: str  # what of: delivery, price, staff ...
    sort: Literal["hygiene", "delight"]  # hygiene: taken for granted, so only its absence is felt; delight: only its presence is
    expected: float  # 0 (worst) to 1 (best)
    perceived: float  # 0 (worst) to 1 (best)
    gap: float  # perceived - expected, -1..1: below 0 it fell short
    basis: Literal["stated", "promised", "experienced"]  # the customer stated it, we promised it, or the customer was used to it
    evidence: tuple[str, ...]  # ids of the touchpoints that set the expectation and that show the perception


class SacrificeMeasured(Output, frozen=True, kw_only=True):
    """The customer settled for less than they wanted. A satisfied answer hides this gap (sacrifice)."""

    topic: ClassVar[str] = TRANSITIONS
    dimension: str  # availability, delivery, plan ...
    wanted: float  # 0 (worst) to 1 (best)
    settled: float  # what they settled for, 0 (worst) to 1 (best)
    gap: float  # wanted - settled, 0..1
    evidence: tuple[str, ...]  # ids of the touchpoints that show it
