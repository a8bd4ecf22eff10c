"""Claims with evidence: friction points, churn signals, and the risk they add up to."""

from __future__ import annotations

from typing import ClassVar, Literal

import msgspec

from schemas.outputs import Output
from schemas.topics import FRICTIONS, PROOFS, RISKS
from schemas.vocabulary import Band


class SignalRaised(Output, frozen=True, kw_only=True):
    """What every signal says of itself: who claims what, where, how bad, by which limits, on which evidence."""

    detector: str
    version: int
    channel: str = ""
    place: str = ""
    severity: int  # 1 (a nuisance) to 5 (the relationship is at stake)
    evidence: tuple[str, ...]  # ids of the touchpoints that show it; for an absence, of the one that promised
    limits: dict[str, float]  # the thresholds it was judged by
    words: str = ""  # one sentence for a person


class FrictionOpened(SignalRaised, frozen=True, kw_only=True):
    """A friction point: something went wrong for this customer, here."""

    topic: ClassVar[str] = FRICTIONS
    closes_at: str  # RFC 3339; open until then unless resolved
    owner: str = ""  # who answers for the place


class ReviewSuspected(SignalRaised, frozen=True, kw_only=True):
    """A bad review that may be forged: said to whoever moderates, and no friction. It opens, counts and withholds nothing."""

    topic: ClassVar[str] = FRICTIONS
    review: str  # review number
    doubts: tuple[str, ...]  # unverified, burst, copied, no_history


class FrictionRepeated(Output, frozen=True, kw_only=True):
    """The same friction at the same place in the same episode happened again: the count rises, no second signal."""

    topic: ClassVar[str] = FRICTIONS
    detector: str
    signal: str  # id of the FrictionOpened
    count: int
    severity: int
    evidence: tuple[str, ...]


class FrictionClosed(Output, frozen=True, kw_only=True):
    """A friction point ended: resolved by a touchpoint, or its time ran out."""

    topic: ClassVar[str] = FRICTIONS
    detector: str
    signal: str  # id of the FrictionOpened
    because: Literal["resolved", "expired", "crowded_out"]


class ChurnSignalRaised(SignalRaised, frozen=True, kw_only=True):
    """A sign that this customer may leave; it adds to the risk."""

    topic: ClassVar[str] = RISKS
    family: str  # silence | decline | service | money | relationship
    strength: float  # 0..1
    weight: float  # log-odds at full strength
    half_life_days: float


class SignalRetracted(Output, frozen=True, kw_only=True):
    """An absence was disproved by a fact that arrived late: the signal was never true."""

    topic: ClassVar[str] = FRICTIONS
    detector: str
    signal: str


class Contribution(msgspec.Struct, frozen=True, kw_only=True):
    """One summand of a risk, as of when it was published: a churn signal that fades, or a standing term (`streams.rules.risk_terms`)."""

    signal: str  # detector name, or the standing term's
    version: int
    family: str
    value: float  # log-odds it adds now: weight x strength x decay; below 0 it speaks for staying
    weight: float
    strength: float
    half_life_days: float  # 0: a standing term, which does not fade
    since: str  # RFC 3339
    evidence: tuple[str, ...]


class RiskChanged(Output, frozen=True, kw_only=True):
    """The risk crossed into another band; `risk` = logistic(bias + sum of the contributions' values)."""

    topic: ClassVar[str] = RISKS
    band: Band
    left: Band
    risk: float
    bias: float
    contributions: tuple[Contribution, ...]  # largest first
    held_back: str = ""  # why the band is lower than the score alone says: "two_families"
    weights: int = 0  # version of the weights published last: learnt ones, or the word that shipped priors hold again; 0: none ever was
    cadence: int = 0  # version of the cadence model published last, or of its taking back; 0: none ever was


class RiskStated(Output, frozen=True, kw_only=True):
    """What we thought of this customer's leaving within the horizon, and why; said once a horizon, whatever the risk."""

    topic: ClassVar[str] = PROOFS
    horizon_days: float
    risk: float  # as judged by the weights in force
    prior: float  # as the shipped priors judge it
    strengths: dict[str, float]  # churn signal or standing term -> strength x decay now; what is 0 is left out
    weights: int = 0  # version of the weights published last: learnt ones, or the word that shipped priors hold again; 0: none ever was


class RiskProved(Output, frozen=True, kw_only=True):
    """What became of a stated risk: the customer left, or stayed."""

    topic: ClassVar[str] = PROOFS
    stated: str  # RFC 3339: `at` of the RiskStated of the same customer
    horizon_days: float
    left: bool  # nothing of their own doing within the horizon, or a cancellation
