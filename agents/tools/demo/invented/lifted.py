"""What the offers did: as the experiment measures it, beside what is true. Both are about the offers that some customers do not get."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from agents.tools.demo.invented.run import Ran
from agents.world.scoring.lift import Lift, lift
from agents.world.scoring.playing import Played
from streams.insights.intervals import difference, share_of

LEAST = 20  # customers in each arm: with fewer, an interval says nothing that anybody could use


@dataclass(frozen=True)
class Lifted:
    """How many of 100 customers stayed by an offer: measured with its 95 % interval, and as the world knows."""

    counts: Lift

    @property
    def measured(self) -> tuple[float, float, float] | None:
        """Customers of 100 who stayed by it, and both ends of the interval; None: there are too few to measure."""
        made = self.counts
        if min(made.treated, made.held_out) < LEAST:
            return None
        gap, low, high = difference(share_of(made.held_out_left, made.held_out), share_of(made.treated_left, made.treated))
        return 100 * gap, 100 * low, 100 * high

    @property
    def true(self) -> float | None:
        """The same as it is, of 100 customers whom such an offer reached; None: it reached nobody."""
        return None if self.counts.true is None else 100 * self.counts.true

    def words(self) -> str:
        """Return both as one line.

        >>> Lifted(Lift(283, 8, 37, 2, 270, 3.24)).words()
        'lift per 100: measured 2.6 (95 %: -2.1 to 15.0; 37 held out), true 1.2'
        >>> Lifted(Lift(9, 0, 1, 0, 0, 0.0)).words()
        'lift per 100: too few held out to measure (1), true: no offer reached anybody'
        """
        true = "true: no offer reached anybody" if self.true is None else f"true {self.true:.1f}"
        if self.measured is None:
            few = min((self.counts.held_out, "held out"), (self.counts.treated, "offered something"))
            return f"lift per 100: too few {few[1]} to measure ({few[0]:,}), {true}"
        gap, low, high = self.measured
        return f"lift per 100: measured {gap:.1f} (95 %: {low:.1f} to {high:.1f}; {self.counts.held_out:,} held out), {true}"

    def document(self) -> dict[str, Any]:
        """Return both for programs, in types that JSON has."""
        return {**self.counts._asdict(), "per_100_measured": self.measured, "per_100_true": self.true}


def lifted(ran: Ran) -> Lifted:
    """Return the lift of a played company."""
    tried: dict[str, str] = {each.id: each.family for each in ran.made if each.arm}
    return Lifted(lift(Played(truths=ran.truths, tried=tried, decided=ran.decided)))
