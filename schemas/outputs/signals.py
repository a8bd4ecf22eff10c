"""Signals: claims with evidence. Friction points, churn signals, the risk that they add up to, and its check against what came true."""

from __future__ import annotations

from typing import ClassVar, Literal

import msgspec

from schemas.outputs import Output
from schemas.outputs.about import Amount, Reference
from schemas.topics import FRICTIONS, PROOFS, RISKS
from schemas.vocabulary import Band


class SignalRaised(Output, frozen=True, kw_only=True):
    """What every signal says: the claim, the place, the severity, the limits and the evidence."""

    detector: str  # name of the detector
    version: int  # version of the detector
    channel: str = ""  # where it happened; empty: unknown
    place: str = ""  # where in the channel: page, queue, shop, carrier
    severity: int  # 1 (a nuisance) to 5 (the relationship is at stake)
    evidence: tuple[str, ...]  # ids of the touchpoints that show it; for an absence, of the one that promised
    limits: dict[str, float]  # name -> limit that it was judged by
    words: str = ""  # one sentence for a person


class FrictionOpened(SignalRaised, frozen=True, kw_only=True):
    """A friction point: something went wrong for this customer at this place."""

    topic: ClassVar[str] = FRICTIONS
    closes_at: str  # RFC 3339; open until then unless resolved
    owner: str = ""  # role that answers for the place; empty: none
    about: tuple[Reference, ...] = ()  # the order, invoice, contact ... that it is about; empty: it names none
    amount: Amount | None = None  # the money that it is about; null: unknown


class ReviewSuspected(SignalRaised, frozen=True, kw_only=True):
    """A bad review that may be forged. It informs moderators and is no friction: it opens, counts and withholds nothing."""

    topic: ClassVar[str] = FRICTIONS
    review: str  # review number
    doubts: tuple[str, ...]  # unverified, burst, copied, no_history


class FrictionRepeated(Output, frozen=True, kw_only=True):
    """The same friction happened again, at the same place and in the same episode (session).

    The count rises. No second signal is opened.
    """

    topic: ClassVar[str] = FRICTIONS
    detector: str  # name of the detector
    signal: str  # id of the FrictionOpened
    count: int  # how often it has happened so far
    severity: int  # 1 to 5, as it is now
    evidence: tuple[str, ...]  # ids of the touchpoints that show the repetition


class FrictionClosed(Output, frozen=True, kw_only=True):
    """A friction point ended: a touchpoint resolved it, or its time ran out."""

    topic: ClassVar[str] = FRICTIONS
    detector: str  # name of the detector
    signal: str  # id of the FrictionOpened
    because: Literal["resolved", "expired", "crowded_out"]  # crowded out: too many were open, or the journey grew too large


class ChurnSignalRaised(SignalRaised, frozen=True, kw_only=True):
    """A sign that this customer may leave. It adds to the risk."""

    topic: ClassVar[str] = RISKS
    family: str  # silence | decline | service | money | relationship
    strength: float  # 0..1
    weight: float  # log-odds at full strength
    half_life_days: float  # days


class SignalRetracted(Output, frozen=True, kw_only=True):
    """A late fact disproved an absence: the signal was never true."""

    topic: ClassVar[str] = FRICTIONS
    detector: str  # name of the detector
    signal: str  # id of the signal that is retracted


class Contribution(msgspec.Struct, frozen=True, kw_only=True):
    """One summand of a risk, as of the time when it was published.

    It is a churn signal, which fades, or a base feature (`streams.rules.risk_terms`), which does not.
    """

    signal: str  # name of the detector, or of the base feature
    version: int  # version of the detector
    family: str  # silence | decline | service | money | relationship
    value: float  # log-odds it adds now: weight x strength x decay; below 0 it speaks for staying
    weight: float  # log-odds at full strength
    strength: float  # 0..1
    half_life_days: float  # days; 0: a base feature, which does not fade
    since: str  # RFC 3339
    evidence: tuple[str, ...]  # ids of the touchpoints that show it


class RiskChanged(Output, frozen=True, kw_only=True):
    """The risk crossed into another band. `risk` = logistic(bias + sum of the contributions' values)."""

    topic: ClassVar[str] = RISKS
    band: Band  # the band that the risk is in now
    left: Band  # the band that it was in before
    risk: float  # chance of leaving within the horizon, 0..1
    bias: float  # log-odds without any contribution; of customers whose rhythm is known it may differ from that of the others
    contributions: tuple[Contribution, ...]  # largest first
    held_back: str = ""  # why the band is lower than the score alone says: "two_families"
    weights: int = 0  # version of the weights published last, or of their withdrawal to the shipped priors; 0: none was ever published
    cadence: int = 0  # version of the cadence model published last, or of its withdrawal; 0: none was ever published
    horizon_days: float = 0  # days within which leaving is meant; 0: published before it was told


class RiskStated(Output, frozen=True, kw_only=True):
    """A prediction: the chance that this customer leaves within the horizon, and why. It is published once a horizon, whatever the risk.

    The horizon is that of the rules, and at most 60 days: of a longer one nothing could be learnt for months.
    """

    topic: ClassVar[str] = PROOFS
    horizon_days: float  # days
    risk: float  # chance of leaving within the horizon by the weights in force, 0..1
    prior: float  # the same by the shipped priors, 0..1
    # Churn signal -> strength x decay now, 0..1; base feature -> its value, which may exceed 1: counts as logarithms. 0 is left out
    strengths: dict[str, float]
    weights: int = 0  # version of the weights published last, or of their withdrawal to the shipped priors; 0: none was ever published
    basis: str = ""  # what the strengths are added to (`schemas.control.models.BASIS`); "": stated before there were names


class RiskProved(Output, frozen=True, kw_only=True):
    """The label of a prediction: the customer left, or stayed."""

    topic: ClassVar[str] = PROOFS
    stated: str  # RFC 3339: `at` of the RiskStated of the same customer
    horizon_days: float  # days
    left: bool  # the customer did nothing within the horizon, or cancelled
