"""A chart with one row a name: bars, a funnel, or dots with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from agents.tools.reports.charts.scales import Axis


class Mark(NamedTuple):
    """A dot at `at`, of the colour of this number; `low` and `high`, if they differ, are the ends of its interval."""

    at: float
    colour: int
    low: float = 0.0
    high: float = 0.0


class Row(NamedTuple):
    """One row: its name, a remark below the name, a bar from 0 to `bar`, dots, and a value in words."""

    name: str
    value: str = ""
    remark: str = ""
    bar: float = 0.0
    colour: int = 0
    marks: tuple[Mark, ...] = ()


class Key(NamedTuple):
    """What a colour stands for."""

    name: str
    colour: int


@dataclass(frozen=True)
class Rows:
    """Rows below each other on one axis. As a funnel, the bars stand in the middle."""

    axis: Axis
    rows: Sequence[Row]
    keys: Sequence[Key] = ()
    funnel: bool = False
    template: ClassVar[str] = "charts/rows.html"

    @property
    def drawn(self) -> bool:
        """Whether any row has a bar or a dot."""
        return any(row.bar or row.marks for row in self.rows)

    @property
    def named(self) -> bool:
        """Whether the axis has names. Bars with their values need none."""
        return bool(self.axis.ticks) and any(row.marks for row in self.rows)

    def left(self, value: float) -> float:
        """Return where a value lies, in percent of the width."""
        return round(100 * self.axis.share(value), 2)

    def wide(self, low: float, high: float) -> float:
        """Return how wide a part of the axis is, in percent of the width."""
        return round(100 * (self.axis.share(high) - self.axis.share(low)), 2)
