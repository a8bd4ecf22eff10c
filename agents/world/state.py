"""What the world keeps from one day to the next: its customers, matters that are still open, events that have not arrived yet.

It keeps no events that have arrived: a day is made from the seed, this state and the answers alone.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from agents.world.company import DAY
from agents.world.people import Person


class Matter(NamedTuple):
    """Something that a customer will come back to: a parcel that is late, an invoice, a survey."""

    at: int  # ms UTC
    who: int  # index of the customer
    what: str
    about: dict[str, Any]


@dataclass
class State:
    """The state of the world at the beginning of `day`."""

    seed: int
    start: int  # ms UTC of day 0
    days: int
    people: list[Person]
    day: int = 0
    matters: dict[int, list[Matter]] = field(default_factory=lambda: defaultdict(list))  # by day
    coming: dict[int, list[tuple[int, bytes]]] = field(default_factory=lambda: defaultdict(list))  # by day: arrival, line
    feelings: dict[int, list[tuple[int, float]]] = field(default_factory=lambda: defaultdict(list))  # by day: customer, change
    truths: list[dict[str, Any]] = field(default_factory=list)  # of this day; taken away at its end
    reach: dict[str, int] = field(default_factory=dict)  # customer id, as the product knows it -> index

    def start_of(self, day: int) -> int:
        """Return the first moment of a day, ms UTC."""
        return self.start + day * DAY

    def day_of(self, at: int) -> int:
        """Return the day of a moment."""
        return (at - self.start) // DAY

    def arrive(self, at: int, line: bytes) -> None:
        """Let a line arrive at a moment (ms UTC); not before today."""
        self.coming[max(self.day, self.day_of(at))].append((at, line))

    def leave(self, matter: Matter) -> None:
        """Leave a matter open until its day."""
        self.matters[max(self.day, self.day_of(matter.at))].append(matter)

    def feel(self, day: int, index: int, change: float) -> None:
        """Change a customer's satisfaction from the day after `day` on."""
        self.feelings[max(self.day, day) + 1].append((index, change))
