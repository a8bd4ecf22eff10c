"""What offers did: as a holdout measures it, beside what is true in the world. A repair is never held out, so it is in neither."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from agents.world.scoring.playing import Played

WITHIN = 30  # days after the first decision


class Lift(NamedTuple):
    """How many customers left within a month of their first decision, treated and held out, and what the world knows of it."""

    treated: int
    treated_left: int
    held_out: int
    held_out_left: int
    reached: int  # customers whom an offer of the experiment reached
    spared: float  # customers who stayed by it, as the world knows: the sum of the chances taken away; below 0 it drove customers out

    @property
    def measured(self) -> float | None:
        """Share of leavers that the holdout says were avoided; None: nobody was treated, or nobody held out."""
        if not self.treated or not self.held_out:
            return None
        return self.held_out_left / self.held_out - self.treated_left / self.treated

    @property
    def true(self) -> float | None:
        """The same as it is: per customer whom an offer reached; None: it reached nobody."""
        return self.spared / self.reached if self.reached else None


def lift(played: Played) -> Lift:
    """Return the lift of a world whose customers answered."""
    people = {one["customer"]: one for one in played.truths if one["truth"] == "customer"}
    start = int(played.truths[0]["start"])
    counts = {"offered": [0, 0], "held_out": [0, 0]}
    for customer, (outcome, at) in played.decided.items():
        if (person := people.get(customer)) is not None:
            counts[outcome][0] += 1
            counts[outcome][1] += _leaves(person, (at - start) // 86_400_000)
    reached = {one["customer"] for one in played.truths if one["truth"] == "reaction" and one["offer"] in played.tried}
    spared = sum(_spared(people[one], set(played.tried.values())) for one in reached if one in people)
    (treated, left), (held_out, held_left) = counts["offered"], counts["held_out"]
    return Lift(treated, left, held_out, held_left, len(reached), spared)


def _leaves(person: Mapping[str, Any], day: int) -> bool:
    return day <= int(person["left"]) < day + WITHIN


def _spared(person: Mapping[str, Any], families: set[str]) -> float:
    return sum(float(spared) for family, spared in person["spared_by"].items() if family in families)
