"""What goes through the funnel: the question, the grounds of its answer, and what becomes of each candidate."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from schemas.outputs.decisions import Candidate, Reason
from schemas.outputs.offers import Factors
from streams.rules.offer_rows import Offer
from streams.state import Consent, OpenSignal


class Question(msgspec.Struct, frozen=True):
    """What is to be decided: the decision's id, its reasons, and its revision."""

    decision: str
    triggers: tuple[str, ...]
    revision: int


class Grounds(msgspec.Struct, frozen=True):
    """What one decision rests on, whichever offer is asked about."""

    open: frozenset[str]  # what an offer must resolve to be an answer: the detectors of the open frictions, and "*" if there are any
    unanswered: Sequence[OpenSignal]  # open frictions that no recovery under way answers
    second: OpenSignal | None  # a second failure while a recovery is under way
    risk: float  # of leaving, now
    now: int  # ms UTC: `Context.now`
    consents: dict[str, Consent]  # of the journey


class Removed(msgspec.Struct, frozen=True):
    """Why a candidate is removed. `detail` is one sentence for people."""

    reason: Reason
    detail: str = ""


class Ranked(msgspec.Struct, frozen=True):
    """A candidate that passed every step of the funnel, with its factors, its rank, and the open frictions that it repairs."""

    offer: Offer
    channel: str
    factors: Factors
    rank: float
    repaired: Sequence[OpenSignal] = ()


class Passage(msgspec.Struct, frozen=True):
    """The candidates that passed the funnel, those that it removed, in the catalogue's order, and the grounds that all were judged by."""

    passed: list[Ranked]
    removed: list[Candidate]
    grounds: Grounds
    held_up: bool  # an open friction removed a promotion
