"""What the functions of a detector answer: a claim, a measured value, a deadline, that it is too early, that it is over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec


class Found(NamedTuple):
    """The claim of a detector. A claim without evidence is ignored."""

    evidence: Sequence[str]  # ids of the touchpoints that show it
    words: str = ""  # one sentence for people
    severity: int | None = None  # None: the detector's own
    strength: float = 1.0  # churn signals: 0..1, scales the weight
    again_at: int | None = None  # absence detectors: ask again at this time (ms UTC)
    place: str | None = None  # None: the touchpoint's own
    ref: str = ""  # patterns: which order, invoice, contact ... it is about; an absence uses the ref of its deadline
    suspect: Sequence[str] = ()  # why it may be forged: then it is published as a suspicion, and no friction opens


class Measured(NamedTuple):
    """The value that a detector measured of a touchpoint, to compare it with the norm of `key`."""

    key: str  # page, intent, pair of steps ...: only few different values
    value: float


class Later(NamedTuple):
    """The answer of an absence detector that it is too early: ask again at this time (ms UTC)."""

    at: int


class Over(msgspec.Struct, frozen=True):
    """The answer of a weekly detector that its earlier claim no longer holds. The contribution to the risk is removed."""


class Opening(NamedTuple):
    """A deadline to open, or to replace if one with this `ref` is open."""

    due: int  # ms UTC
    ref: str = ""
