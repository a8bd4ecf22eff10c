"""Counts what Sojourn published. The figures are the same from the topics, from a replay without a broker, and in any order of reading.

Every figure is a sum over records, or comes from the newest record about a customer. So neither the speed of a worker nor the order of
partitions changes it. `digest` covers every byte of every published record: equal digests mean equal outputs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from hashlib import blake2b
from typing import Any

from agents.tools.reports.chronicle.records import published
from schemas.outputs import Output
from schemas.outputs.decisions import DecisionMade
from schemas.outputs.offers import OfferMade, OfferWithdrawn
from schemas.outputs.signals import (
    ChurnSignalRaised,
    FrictionClosed,
    FrictionOpened,
    FrictionRepeated,
    ReviewSuspected,
    RiskChanged,
    SignalRetracted,
)
from schemas.outputs.transitions import PhaseEntered, RungEntered, StageEntered

Figures = dict[str, int | str | dict[str, int]]
_SPACE = 2**128


class Findings:
    """Counts over all published records about all customers. Call `take` once for each record."""

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
        self.standing: dict[str, dict[str, tuple[str, str]]] = {"stage": {}, "rung": {}, "phase": {}, "band": {}}  # newest, by customer
        self.facets: dict[str, Counter[str]] = {}  # customer -> what their timeline would show
        self._digest = 0

    def take(self, value: bytes) -> None:
        """Count one published record, given as its bytes on the topic."""
        record = published(value)
        self.records[type(record).__name__] += 1
        self._digest = (self._digest + int.from_bytes(blake2b(value, digest_size=16).digest(), "big")) % _SPACE
        if (count := _COUNTS.get(type(record))) is not None:
            count(self, record)

    def see(self, record: Output, what: str, name: str) -> None:
        """Count `name` on the record's day, and among what the customer's timeline would show."""
        self.weekly[record.at[:10], what, name] += 1
        self.facets.setdefault(record.customer, Counter())[f"{what}:{name}"] += 1

    def stand(self, scale: str, record: Output, name: str) -> None:
        """Set where this customer stands on a scale (stage, band). A customer's records arrive in their order, so the last one counts."""
        self.standing[scale][record.customer] = (record.at, name)

    def figures(self, customers: int) -> Figures:
        """Return the figures that must be the same however the year was replayed. `customers`: the number of customers."""
        return {
            "customers": customers,
            "published": dict(sorted(self.records.items())),
            "frictions": _sort_by_count(self.frictions),
            "frictions_ended": _sort_by_count(self.closed),
            "churn_signals": _sort_by_count(self.churn),
            "stages": self.at_end("stage", "unaware", customers),
            "rungs": self.at_end("rung", "prospect", customers),
            "phases": self.at_end("phase", "acquisition", customers),
            "bands": self.at_end("band", "calm", customers),
            "decisions": _sort_by_count(self.outcomes),
            "reasons": _sort_by_count(Counter({why(*pair): n for pair, n in self.reasons.items()})),
            "offers": _sort_by_count(self.offers),
            "families": _sort_by_count(self.families),
            "digest": f"{self._digest:032x}",
        }

    def at_end(self, scale: str, first: str, customers: int) -> dict[str, int]:
        """Return how many customers stand where on a scale at the end. Customers without a record are still at `first`."""
        found = Counter(name for _, name in self.standing[scale].values())
        found[first] += customers - len(self.standing[scale])
        return _sort_by_count(found)


def why(outcome: str, reason: str) -> str:
    """Return a decision's outcome with its reason; only the outcome if both are the same.

    >>> why("withheld", "no_consent"), why("held_out", "held_out")
    ('withheld: no_consent', 'held_out')
    """
    return outcome if reason in {"", outcome} else f"{outcome}: {reason}"


def _sort_by_count(counts: Counter[str]) -> dict[str, int]:
    return {name: n for name, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])) if n}


def _count_opened(found: Findings, record: FrictionOpened) -> None:
    found.frictions[record.detector] += 1
    found.placed[record.place, record.at[:10]] += 1
    found.see(record, "friction", record.detector)


def _count_repeated(found: Findings, record: FrictionRepeated) -> None:
    found.see(record, "repeated", record.detector)


def _count_ended(found: Findings, record: FrictionClosed) -> None:
    found.closed[record.because] += 1
    found.see(record, "ended", record.because)


def _count_retracted(found: Findings, record: SignalRetracted) -> None:
    found.closed["retracted"] += 1
    found.see(record, "ended", "retracted")


def _count_churn(found: Findings, record: ChurnSignalRaised) -> None:
    found.churn[record.detector] += 1
    found.placed[record.place, record.at[:10]] += 1
    found.see(record, "churn", record.detector)


def _count_risk(found: Findings, record: RiskChanged) -> None:
    found.stand("band", record, record.band)
    found.see(record, "band", f"{record.left}>{record.band}")


def _count_stage(found: Findings, record: StageEntered) -> None:
    found.moves[record.left, record.stage] += 1
    found.stand("stage", record, record.stage)
    found.see(record, "stage", f"{record.left}>{record.stage}")


def _count_phase(found: Findings, record: PhaseEntered) -> None:
    found.stand("phase", record, record.phase)


def _count_rung(found: Findings, record: RungEntered) -> None:
    found.climbs[record.left, record.rung] += 1
    found.stand("rung", record, record.rung)
    found.see(record, "rung", record.rung)


def _count_suspected(found: Findings, record: ReviewSuspected) -> None:
    found.see(record, "suspected", record.detector)


def _count_decided(found: Findings, record: DecisionMade) -> None:
    found.outcomes[record.outcome] += 1
    if record.outcome != "offered":
        found.reasons[record.outcome, record.reason or ""] += 1
    for candidate in record.candidates:
        if candidate.reason is not None:
            found.removed[candidate.step, candidate.reason] += 1
    found.see(record, "decision", record.outcome if record.outcome == "offered" else f"{record.outcome}:{record.reason}")


def _count_offered(found: Findings, record: OfferMade) -> None:
    found.offers[record.offer] += 1
    found.families[record.family] += 1
    found.see(record, "offer", record.family)


def _count_withdrawn(found: Findings, record: OfferWithdrawn) -> None:
    found.see(record, "withdrawn", record.because)


_COUNTS: dict[type[Output], Callable[[Findings, Any], None]] = {
    FrictionOpened: _count_opened,
    FrictionRepeated: _count_repeated,
    FrictionClosed: _count_ended,
    SignalRetracted: _count_retracted,
    ReviewSuspected: _count_suspected,
    ChurnSignalRaised: _count_churn,
    RiskChanged: _count_risk,
    StageEntered: _count_stage,
    PhaseEntered: _count_phase,
    RungEntered: _count_rung,
    DecisionMade: _count_decided,
    OfferMade: _count_offered,
    OfferWithdrawn: _count_withdrawn,
}
