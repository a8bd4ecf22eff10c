"""One graph of the ways between places: a list in the order of the journey, ways down the list at its right, ways back at its left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

STEP = 46  # pixels between two places
APART = 6  # pixels between where ways leave a place and where they arrive
THICK = (1.5, 11.0)  # pixels that the rarest and the most frequent way are thick
LONG = 4  # places that a way leads past before its arc goes as far out as there is room
TOLD = 3  # next places that are named with each place


class Way(NamedTuple):
    """A way from the place of one number to that of another."""

    start: int
    end: int
    times: int
    thick: float
    out: float  # how far out its arc goes, of 100
    words: str

    @property
    def back(self) -> bool:
        """Whether it leads up the list."""
        return self.end < self.start

    @property
    def arrives(self) -> int:
        """Where it arrives, in pixels from the top."""
        return self.end * STEP + STEP // 2 + (APART if self.back else -APART)

    @property
    def head(self) -> float:
        """Half the height of its arrow's head, in pixels."""
        return round(3.5 + self.thick / 2, 1)

    @property
    def path(self) -> str:
        """Its arc in an SVG that is 100 units wide. Longer ways go farther out."""
        leaves = self.start * STEP + STEP // 2 + (-APART if self.back else APART)
        return f"M0 {leaves}C{self.out:g} {leaves} {self.out:g} {self.arrives} 0 {self.arrives}"


class Stop(NamedTuple):
    """A place of the list, and in words where the ways from it lead."""

    name: str
    onward: str


@dataclass(frozen=True)
class Ways:
    """The places in their order, and the ways between them."""

    stops: Sequence[Stop]
    ways: Sequence[Way]
    template: ClassVar[str] = "charts/ways.html"

    @property
    def drawn(self) -> bool:
        """Whether there is a way."""
        return bool(self.ways)

    @property
    def height(self) -> int:
        """Pixels from the first place to the last."""
        return STEP * len(self.stops)


def graph_of(counts: Mapping[tuple[str, str], int]) -> Ways:
    """Return the graph of these ways: (from, to) -> how often. Each place stands in it once.

    >>> found = graph_of({("/", "/tents"): 9, ("/tents", "/pay"): 6, ("/tents", "/"): 2})
    >>> [stop.name for stop in found.stops], [(way.start, way.end, way.back) for way in found.ways]
    (['/', '/tents', '/pay'], [(0, 1, False), (1, 2, False), (1, 0, True)])
    >>> found.stops[1].onward
    '75% to /pay, 25% to /'
    """
    taken = Counter({pair: n for pair, n in counts.items() if n and pair[0] != pair[1]})
    order = in_order(taken)
    at = {name: number for number, name in enumerate(order)}
    most = max(taken.values(), default=1)
    ranked = sorted(taken.items(), key=lambda item: (-item[1], item[0]))
    longest = max([LONG, *(abs(at[b] - at[a]) for a, b in taken)])
    ways = [
        Way(
            at[a], at[b], n, round(THICK[0] + (THICK[1] - THICK[0]) * n / most, 1), round(22 + 104 * abs(at[b] - at[a]) / longest),
            f"{a} to {b}: {n:,} times",
        )
        for (a, b), n in ranked
    ]  # fmt: skip
    return Ways([Stop(name, _onward(name, ranked)) for name in order], ways)


def _onward(name: str, ranked: Sequence[tuple[tuple[str, str], int]]) -> str:
    """Return the most frequent next places with their shares of all ways from there that are drawn."""
    there = [(end, n) for (start, end), n in ranked if start == name]
    total = sum(n for _, n in there)
    told = [f"{n / total:.0%} to {end}" for end, n in there[:TOLD]]
    return ", ".join(told) + (f", and {len(there) - TOLD} more" if len(there) > TOLD else "")


def in_order(taken: Mapping[tuple[str, str], int]) -> list[str]:
    """Return the places in the order in which few ways lead back.

    **Source**: P. Eades, X. Lin and W. F. Smyth, A fast and effective heuristic for the feedback arc set problem, Information Processing
    Letters 47 (1993) 319-323. Next comes a place to which no way leads; if there is none, the one with the most ways out and fewest in.
    """
    left, first, last = dict.fromkeys(sorted({name for pair in taken for name in pair})), list[str](), list[str]()
    while left:
        out, into = Counter[str](), Counter[str]()
        for (a, b), n in taken.items():
            if a in left and b in left:
                out[a] += n
                into[b] += n
        ends = [name for name in left if not out[name] and into[name]]
        if ends:
            last.append(min(ends, key=lambda name: (into[name], name)))
            del left[last[-1]]
        else:
            first.append(min(left, key=lambda name: (bool(into[name]), into[name] - out[name], name)))
            del left[first[-1]]
    return [*first, *reversed(last)]
