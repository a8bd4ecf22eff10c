"""The figures of what lies around the core, together: they are measured, told and judged like the others of `make bench`."""

from __future__ import annotations

from typing import NamedTuple

from tests.bench.edges import front, offering, serving


class Edges(NamedTuple):
    """The figures of all three."""

    front: front.Front
    offering: offering.Offering
    serving: serving.Serving

    def in_words(self) -> tuple[str, ...]:
        """Return a line for each."""
        return front.in_words(self.front), offering.in_words(self.offering), serving.in_words(self.serving)

    def missed(self) -> list[str]:
        """Return the bounds that were not reached, in words."""
        return [*front.missed(self.front), *offering.missed(self.offering), *serving.missed(self.serving)]


def measured_edges(rounds: int, served: serving.Serving) -> Edges:
    """Measure the front door and an offer decision, and add what serving was measured at while the broker was there."""
    return Edges(front.measured(rounds), offering.measured(rounds), served)
