"""What a run amounts to: figures that must all be zero, and the first few reasons where one is not.

>>> verdict = Verdict(sent=10)
>>> verdict.good
True
>>> verdict.count("lost", "c1: 3 of 4 touchpoints", 1); verdict.good, verdict.lost
(False, 1)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Figure = Literal["lost", "doubled", "disordered", "stale", "missing", "extra", "twice", "repeated", "unsettled"]
FIGURES: tuple[Figure, ...] = ("lost", "doubled", "disordered", "stale", "missing", "extra", "twice", "repeated", "unsettled")
NOTES_KEPT = 12


@dataclass(slots=True)
class Verdict:
    """The figures of one run.

    `lost`, `doubled`: events (I2). `disordered`: customers whose touchpoints changed places on their way through a door.
    `stale`: journeys whose state is not the oracle's (I1). `missing`, `extra`, `twice`: outputs (I3).
    `repeated`: ids that the oracle itself gives to more than one output, the core's fault and not the carrier's.
    `unsettled`: partitions whose state and progress disagree, and wakes that were never fired (I4).
    """

    sent: int = 0
    outputs: int = 0
    told: int = 0  # links, hand-overs and forwarded touchpoints between journeys
    lost: int = 0
    doubled: int = 0
    disordered: int = 0
    stale: int = 0
    missing: int = 0
    extra: int = 0
    twice: int = 0
    repeated: int = 0
    unsettled: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Nothing was lost, doubled or left behind."""
        return not any(getattr(self, figure) for figure in FIGURES)

    def count(self, figure: Figure, note: str, by: int = 1) -> None:
        """`by` more of this figure; `note` says what was seen."""
        setattr(self, figure, getattr(self, figure) + by)
        if len(self.notes) < NOTES_KEPT:
            self.notes.append(f"{figure}: {note}")
