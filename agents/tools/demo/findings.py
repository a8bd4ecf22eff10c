"""What was found, as counts: the same figures from the topics, from a replay without a broker, and in any order of reading.

Every figure is a sum over records or the newest word of one customer, so that it depends neither on how fast a worker was nor on
which partition was read first. `digest` covers every published record, byte for byte: equal digests mean equal outputs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from hashlib import blake2b
from typing import Any

from agents.tools.reports.chronicle.records import published
from schemas.decisions import DecisionMade
from schemas.offers import OfferMade, OfferWithdrawn
from schemas.outputs import Output
from schemas.signals import (
    ChurnSignalRaised,
    FrictionClosed,
    FrictionOpened,
    FrictionRepeated,
    ReviewSuspected,
    RiskChanged,
    SignalRetracted,
)
from schemas.transitions import PhaseEntered, RungEntered, StageEntered

Figures = dict[str, int | str | dict[str, int]]
_SPACE = 2**128


class Findings:
    """Counts over all that was published about all customers. Give it each record's bytes once, with `take`."""

    def __init__(self) -> None:
        self.records: Counter[str] = Counter()  # by type
        self.frictions: Counter[str] = Counter()  # opened, by detector
        self.closed: Counter[str] = Counter()  # frictions, by how they ended
        self.churn: Counter[str] = Counter()  # signals, by detector
        self.outcomes: Counter[str] = Counter()  # decisions
        self.reasons: Counter[tuple[str, str]] = Counter()  # decisions without an offer, by outcome and reason
        self.removed: Counter[tuple[str, str]] = Counter()  # candidates, by step and reason
        self.offers: Counter[str] = Counter()  # by name
        self.families: Counter[str] = Counter()
        self.moves: Counter[tuple[str, str]] = Counter()  # between stages
        self.climbs: Counter[tuple[str, str]] = Counter()  # between rungs
        self.weekly: Counter[tuple[str, str, str]] = Counter()  # (day of the event, what, name)
        self.placed: Counter[tuple[str, str]] = Counter()  # (place, day): frictions and signals there
        self.standing: dict[str, dict[str, tuple[str, str]]] = {"stage": {}, "rung": {}, "phase": {}, "band": {}}
        self.facets: dict[str, Counter[str]] = {}  # customer -> what their story would show
        self._digest = 0

    def take(self, value: bytes) -> None:
        """One published record, as its bytes on the topic, is counted."""
        record = published(value)
        self.records[type(record).__name__] += 1
        self._digest = (self._digest + int.from_bytes(blake2b(value, digest_size=16).digest(), "big")) % _SPACE
        if (count := _COUNTS.get(type(record))) is not None:
            count(self, record)

    def see(self, record: Output, what: str, name: str) -> None:
        """`name` is counted on the record's day, and belongs to the customer's story."""
        self.weekly[record.at[:10], what, name] += 1
        self.facets.setdefault(record.customer, Counter())[f"{what}:{name}"] += 1

    def stand(self, scale: str, record: Output, name: str) -> None:
        """The newest word about where this customer stands; a customer's records arrive in their own order."""
        self.standing[scale][record.customer] = (record.at, name)

    def figures(self, customers: int) -> Figures:
        """The figures that must come out alike however the year was replayed; `customers` is how many there were."""
        return {
            "customers": customers,
            "published": dict(sorted(self.records.items())),
            "frictions": _ranked(self.frictions),
            "frictions_ended": _ranked(self.closed),
            "churn_signals": _ranked(self.churn),
            "stages": self.at_end("stage", "unaware", customers),
            "rungs": self.at_end("rung", "prospect", customers),
            "phases": self.at_end("phase", "acquisition", customers),
            "bands": self.at_end("band", "calm", customers),
            "decisions": _ranked(self.outcomes),
            "reasons": _ranked(Counter({why(*pair): n for pair, n in self.reasons.items()})),
            "offers": _ranked(self.offers),
            "families": _ranked(self.families),
            "digest": f"{self._digest:032x}",
        }

    def at_end(self, scale: str, first: str, customers: int) -> dict[str, int]:
        """How many customers stand where in the end; those of whom nothing was published still stand where all begin."""
        found = Counter(name for _, name in self.standing[scale].values())
        found[first] += customers - len(self.standing[scale])
        return _ranked(found)


def why(outcome: str, reason: str) -> str:
    """A decision's outcome with its reason, said once where both are the same.

    >>> why("withheld", "no_consent"), why("held_out", "held_out")
    ('withheld: no_consent', 'held_out')
    """
    return outcome if reason in {"", outcome} else f"{outcome}: {reason}"


def _ranked(counts: Counter[str]) -> dict[str, int]:
    return {name: n for name, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])) if n}


def _opened(found: Findings, record: FrictionOpened) -> None:
    found.frictions[record.detector] += 1
    found.placed[record.place, record.at[:10]] += 1
    found.see(record, "friction", record.detector)


def _repeated(found: Findings, record: FrictionRepeated) -> None:
    found.see(record, "repeated", record.detector)


def _ended(found: Findings, record: FrictionClosed) -> None:
    found.closed[record.because] += 1
    found.see(record, "ended", record.because)


def _retracted(found: Findings, record: SignalRetracted) -> None:
    found.closed["retracted"] += 1
    found.see(record, "ended", "retracted")


def _churn(found: Findings, record: ChurnSignalRaised) -> None:
    found.churn[record.detector] += 1
    found.placed[record.place, record.at[:10]] += 1
    found.see(record, "churn", record.detector)


def _risk(found: Findings, record: RiskChanged) -> None:
    found.stand("band", record, record.band)
    found.see(record, "band", f"{record.left}>{record.band}")


def _stage(found: Findings, record: StageEntered) -> None:
    found.moves[record.left, record.stage] += 1
    found.stand("stage", record, record.stage)
    found.see(record, "stage", f"{record.left}>{record.stage}")


def _phase(found: Findings, record: PhaseEntered) -> None:
    found.stand("phase", record, record.phase)


def _rung(found: Findings, record: RungEntered) -> None:
    found.climbs[record.left, record.rung] += 1
    found.stand("rung", record, record.rung)
    found.see(record, "rung", record.rung)


def _suspected(found: Findings, record: ReviewSuspected) -> None:
    found.see(record, "suspected", record.detector)


def _decided(found: Findings, record: DecisionMade) -> None:
    found.outcomes[record.outcome] += 1
    if record.outcome != "offered":
        found.reasons[record.outcome, record.reason or ""] += 1
    for candidate in record.candidates:
        if candidate.reason is not None:
            found.removed[candidate.step, candidate.reason] += 1
    found.see(record, "decision", record.outcome if record.outcome == "offered" else f"{record.outcome}:{record.reason}")


def _offered(found: Findings, record: OfferMade) -> None:
    found.offers[record.offer] += 1
    found.families[record.family] += 1
    found.see(record, "offer", record.family)


def _withdrawn(found: Findings, record: OfferWithdrawn) -> None:
    found.see(record, "withdrawn", record.because)


_COUNTS: dict[type[Output], Callable[[Findings, Any], None]] = {
    FrictionOpened: _opened,
    FrictionRepeated: _repeated,
    FrictionClosed: _ended,
    SignalRetracted: _retracted,
    ReviewSuspected: _suspected,
    ChurnSignalRaised: _churn,
    RiskChanged: _risk,
    StageEntered: _stage,
    PhaseEntered: _phase,
    RungEntered: _rung,
    DecisionMade: _decided,
    OfferMade: _offered,
    OfferWithdrawn: _withdrawn,
}
