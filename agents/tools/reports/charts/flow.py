"""A Sankey diagram of moves: left where they came from, right where they went. Names stand beside it, and never on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

HIGH = 300  # pixels that all moves together are high
LEAST = 36  # pixels that a name needs
WIDE = 1000  # units across, which the browser stretches to the place it has


class End(NamedTuple):
    """A name at one side: where its bar begins (pixels), how high it is, where its room begins and how high that is."""

    name: str
    moves: int
    colour: int
    top: float
    high: float
    room: float
    room_high: float


class Band(NamedTuple):
    """The moves between two ends: where the band begins at each side (pixels), and how high it is."""

    start: str
    end: str
    moves: int
    colour: int
    left: float
    right: float
    high: float

    @property
    def path(self) -> str:
        """The outline of the band in an SVG that is `WIDE` units wide."""
        half, a, b, high = WIDE // 2, self.left, self.right, self.high
        there = f"M0 {a:.1f}C{half} {a:.1f} {half} {b:.1f} {WIDE} {b:.1f}"
        return f"{there}V{b + high:.1f}C{half} {b + high:.1f} {half} {a + high:.1f} 0 {a + high:.1f}Z"


@dataclass(frozen=True)
class Flow:
    """The two sides and the bands between them."""

    left: Sequence[End]
    right: Sequence[End]
    bands: Sequence[Band]
    template: ClassVar[str] = "charts/flow.html"

    @property
    def drawn(self) -> bool:
        """Whether anybody moved."""
        return any(each.moves for each in self.bands)

    @property
    def height(self) -> int:
        """Pixels from the top of the first name's room to the end of the last."""
        return round(max((each.room + each.room_high for each in (*self.left, *self.right)), default=0))


def flow(moves: Mapping[tuple[str, str], int]) -> Flow:
    """Return the diagram of these moves: (from, to) -> how often. The most frequent are on top.

    >>> found = flow({("a", "b"): 3, ("b", "a"): 1})
    >>> [(each.name, each.moves) for each in found.left], [(each.name, each.moves) for each in found.right]
    ([('a', 3), ('b', 1)], [('b', 3), ('a', 1)])
    """
    ranked = sorted(((pair, n) for pair, n in moves.items() if n), key=lambda item: (-item[1], item[0]))
    names = list(dict.fromkeys([*(a for (a, _), _ in ranked), *(b for (_, b), _ in ranked)]))
    colour = {name: number % 9 for number, name in enumerate(names)}
    pixels = HIGH / max(1, sum(n for _, n in ranked))
    left, right = (_side([(pair[side], n) for pair, n in ranked], colour, pixels) for side in (0, 1))
    begun, ended = ({each.name: each.top for each in ends} for ends in (left, right))
    bands = []
    for (a, b), n in ranked:
        bands.append(Band(a, b, n, colour[a], begun[a], ended[b], n * pixels))
        begun[a] += n * pixels
        ended[b] += n * pixels
    return Flow(left, right, bands)


def _side(counts: Sequence[tuple[str, int]], colour: Mapping[str, int], pixels: float) -> list[End]:
    """Return the ends of one side, each with at least the room that its name needs."""
    totals = Counter[str]()
    for name, n in counts:
        totals[name] += n
    found, at = list[End](), 0.0
    for name, n in sorted(totals.items(), key=lambda item: (-item[1], item[0])):
        high = n * pixels
        room = max(high + 8, LEAST)
        found.append(End(name, n, colour[name], at + (room - high) / 2, high, at, room))
        at += room
    return found
