"""A chart with two axes: lines, areas, columns, dots and whiskers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

from agents.tools.reports.charts.scales import Axis

WIDE = 1000  # units across a drawing, which the browser stretches to the place it has


class Dot(NamedTuple):
    """A dot, `size` pixels across. `words` tell what it is."""

    x: float
    y: float
    words: str = ""
    size: float = 8.0


class Reach(NamedTuple):
    """At `x`, the values from `low` to `high`."""

    x: float
    low: float
    high: float


class Column(NamedTuple):
    """A box from `left` to `right` and from `low` to `high`."""

    left: float
    right: float
    low: float
    high: float


class Strip(NamedTuple):
    """The part of the chart from `left` to `right`, and what is told to whoever points at it."""

    left: float
    right: float
    words: str


@dataclass(frozen=True)
class Series:
    """What one name stands for. `colour` is the number of a colour. Its values are any of lines, areas, columns, dots and whiskers.

    A series without a name is not named above the chart.
    """

    name: str
    colour: int
    line: Sequence[tuple[float, float]] = ()
    area: Sequence[Reach] = ()
    columns: Sequence[Column] = ()
    dots: Sequence[Dot] = ()
    whiskers: Sequence[Reach] = ()
    dashed: bool = False
    strong: bool = False


@dataclass(frozen=True)
class Plot:
    """A chart that is `height` pixels high. `since` are upright lines with their words."""

    x: Axis
    y: Axis
    series: Sequence[Series]
    height: int = 260
    strips: Sequence[Strip] = ()
    since: Sequence[tuple[float, str]] = ()
    title: str = ""  # of one chart among several
    notes: Sequence[str] = field(default=())  # below the title
    template: ClassVar[str] = "charts/plot.html"

    @property
    def drawn(self) -> bool:
        """Whether anything in it is other than 0."""
        values = [value for each in self.series for _, value in each.line]
        values += [each.high - each.low for one in self.series for each in one.area]
        return any(values) or any(each.dots or each.columns for each in self.series)

    def left(self, value: float) -> float:
        """Return where a value of the x axis lies, in percent of the width."""
        return round(100 * self.x.share(value), 2)

    def wide(self, low: float, high: float) -> float:
        """Return how wide a part of the x axis is, in percent of the width."""
        return round(100 * (self.x.share(high) - self.x.share(low)), 2)

    def top(self, value: float) -> float:
        """Return where a value of the y axis lies, in pixels from the top."""
        return round(self.height * (1 - self.y.share(value)), 1)

    def path(self, line: Iterable[tuple[float, float]]) -> str:
        """Return a line as the path of an SVG that is `WIDE` units wide and `height` high.

        >>> Plot(Axis(0, 4), Axis(0, 10), (), height=100).path([(0, 0), (2, 5)])
        'M0 100L500 50'
        """
        return "M" + "L".join(f"{round(WIDE * self.x.share(x)):g} {self.top(y):g}" for x, y in line)

    def outline(self, area: Sequence[Reach]) -> str:
        """Return the outline of an area: its upper line, and back along its lower one."""
        return self.path([*((each.x, each.high) for each in area), *((each.x, each.low) for each in reversed(area))]) + "Z"


@dataclass(frozen=True)
class Panels:
    """Several charts beside each other, of one kind."""

    plots: Sequence[Plot]
    template: ClassVar[str] = "charts/panels.html"

    @property
    def drawn(self) -> bool:
        """Whether anything in them is other than 0."""
        return any(each.drawn for each in self.plots)


def stacked(names: Sequence[str], colours: Sequence[int], values: Sequence[Sequence[float]], share: float = 0.86) -> list[Series]:
    """Return columns that stand on each other: `values[i][k]` is what `names[i]` adds to step `k`. A column takes `share` of its step.

    >>> [each.columns[0][2:] for each in stacked(["a", "b"], [0, 1], [[2], [3]])]
    [(0, 2), (2, 5)]
    """
    found = list[Series]()
    base: list[float] = [0] * max((len(each) for each in values), default=0)
    gap = (1 - share) / 2
    for name, colour, row in zip(names, colours, values, strict=True):
        columns = [Column(k + gap, k + 1 - gap, round(base[k], 9), round(base[k] + n, 9)) for k, n in enumerate(row) if n]
        base = [base[k] + n for k, n in enumerate(row)]
        found.append(Series(name, colour, columns=columns))
    return found


def heights(series: Iterable[Series]) -> float:
    """Return the highest value of any column or area."""
    return max((high for one in series for high in (*(each.high for each in one.columns), *(each.high for each in one.area))), default=0)
