"""`python -m tests.bench.scale` (`make bench-scale`): the cost of an event against customers, touchpoints, detectors, partitions.

Needs no broker. With the default sizes it takes about seven minutes on two slow cores, and 4 GB of memory.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from time import monotonic

from rich.console import Console
from rich.table import Table

from tests.bench.scale.axes import AXES, QUICK, Sizes, measured
from tests.bench.scale.course import Course, bytecodes, figure, us
from tests.bench.scale.page import BYTECODES, US, page

WIDTH = 100  # of the table, also where it goes to a file


def table(course: Course) -> Table:
    """Return the points of an axis as a table, and below it whether they are flat."""
    shown = Table(title=course.title, caption=f"us: {course.rise(us)}\nbytecodes: {course.rise(bytecodes)}", caption_justify="left")
    for column in (course.unit, US, BYTECODES, course.beside):
        shown.add_column(column, justify="right")
    for each in course.points:
        shown.add_row(f"{each.size:,}", *map(figure, each[1:]))
    return shown


def main() -> None:
    """Measure, print the tables, write the page."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.scale", description=(__doc__ or "").split(": ", maxsplit=1)[1])
    parser.add_argument("--quick", action="store_true", help="few and small sizes: some seconds, figures that mean little")
    parser.add_argument("--only", choices=AXES, action="append", default=[], help="measure this axis alone; may be given several times")
    parser.add_argument("--html", type=Path, help="write the page of plots to this file")
    given, console, began = parser.parse_args(), Console(highlight=False), monotonic()
    console.width = max(console.width, WIDTH)

    def say(words: str) -> None:
        console.print(f"{monotonic() - began:5.0f} s  {words}")

    courses = list[Course]()
    for course in measured(QUICK if given.quick else Sizes(), say, given.only):
        courses.append(course)
        console.print(table(course))
    if given.html:
        given.html.parent.mkdir(parents=True, exist_ok=True)
        given.html.write_text(page(courses), encoding="utf-8")
        console.print(f"the page: {given.html}")


if __name__ == "__main__":
    main()
