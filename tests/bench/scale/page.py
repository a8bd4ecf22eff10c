"""The page of plots: two for each axis, microseconds and bytecodes, with their values as a table."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path

from agents.tools.reports.charts.plot import Dot, Panels, Plot, Series
from agents.tools.reports.charts.scales import Axis, Tick, axis
from agents.tools.reports.drawing import BLUE, ORANGE, Picture
from agents.tools.reports.sheet import rendered
from tests.bench.scale.course import Course, Point, bytecodes, figure, us

EDGE = 0.04  # of the width of a plot is left free at either side
US, BYTECODES = "us of processor time, an event", "Python bytecodes, an event"
LEAD = (
    "The cost of an event in the worker's own code, without a broker. Microseconds are the fastest of several laps: other programs only "
    "add to a lap. Bytecodes are counted, so they have no noise; what runs in C is not in them."
)


def page(courses: Sequence[Course]) -> str:
    """Return the page. It is one file without scripts."""
    facts = {"lead": LEAD, "pictures": [picture(each) for each in courses]}
    return rendered("scale.html", facts, Path(__file__).parent)


def picture(course: Course) -> Picture:
    """Return both plots of an axis, with their values."""
    plots = [plot(course, US, us, BLUE), plot(course, BYTECODES, bytecodes, ORANGE)]
    rows = [(f"{each.size:,}", *map(figure, each[1:])) for each in course.points]
    return Picture(course.name, course.title, course.reading, Panels(plots), (course.unit, US, BYTECODES, course.beside), rows)


def plot(course: Course, what: str, of: Callable[[Point], float], colour: int) -> Plot:
    """Return one plot: a figure against the sizes, which are on a logarithmic axis."""
    places = [(math.log10(each.size), of(each)) for each in course.points]
    dots = [Dot(x, y, f"{figure(y)} at {each.size:,}") for (x, y), each in zip(places, course.points, strict=True)]
    y = axis(0, max(value for _, value in places), what)
    x = logarithmic([each.size for each in course.points], course.unit)
    return Plot(x, y, [Series("", colour, line=places, dots=dots)], title=f"{course.title}: {what}", notes=[course.rise(of)])


def logarithmic(sizes: Sequence[int], unit: str) -> Axis:
    """Return an axis on which tenfold is always as wide. Every size is named.

    >>> [tick.words for tick in logarithmic([10, 1_000], "customers").ticks], logarithmic([10, 1_000], "customers").title
    (['10', '1,000'], 'customers, logarithmic')
    """
    low, high = math.log10(min(sizes)), math.log10(max(sizes))
    free = EDGE * (high - low)
    return Axis(low - free, high + free, tuple(Tick(math.log10(each), f"{each:,}") for each in sizes), f"{unit}, logarithmic")
