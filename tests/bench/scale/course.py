"""What was measured along one axis: its points, and in words whether the cost is flat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

FLAT = 0.05  # a cost that differs by less between the ends of an axis is called flat


class Point(NamedTuple):
    """The cost of an event at one size: microseconds of processor time, and Python bytecodes. `beside` helps to explain both."""

    size: int
    us: float
    bytecodes: float
    beside: float


@dataclass(frozen=True, slots=True)
class Course:
    """The points of one axis, from the smallest size to the largest. `unit` names what is counted, `beside` its third figure."""

    name: str
    title: str
    unit: str
    beside: str
    reading: str
    points: tuple[Point, ...]

    def rise(self, of: Callable[[Point], float]) -> str:
        """Say in one sentence whether a figure is flat, or by how much it rises from the smallest size to the largest.

        >>> course = Course("a", "", "customers", "", "", (Point(1_000, 30.0, 900.0, 0.0), Point(9_000, 39.0, 910.0, 0.0)))
        >>> course.rise(lambda point: point.us)
        'Rises by 30 %: 30.0 (customers: 1,000) to 39.0 (9,000).'
        >>> course.rise(lambda point: point.bytecodes)
        'Flat (+1 %): 900 (customers: 1,000) to 910 (9,000).'
        """
        first, last = self.points[0], self.points[-1]
        by = of(last) / of(first) - 1
        verdict = f"Flat ({by:+.0%})" if abs(by) < FLAT else f"{'Rises' if by > 0 else 'Falls'} by {abs(by):.0%}"
        verdict = verdict.replace("%", " %")
        return f"{verdict}: {figure(of(first))} ({self.unit}: {first.size:,}) to {figure(of(last))} ({last.size:,})."


def us(point: Point) -> float:
    """The microseconds of a point."""
    return point.us


def bytecodes(point: Point) -> float:
    """The bytecodes of a point."""
    return point.bytecodes


def figure(value: float) -> str:
    """Return a figure with as many digits as mean something.

    >>> figure(31.24), figure(1234.5), figure(0.256)
    ('31.2', '1,234', '0.26')
    """
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
