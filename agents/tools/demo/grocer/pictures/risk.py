"""The picture of customers at risk, week by week."""

from __future__ import annotations

from collections import Counter

from agents.tools.demo.findings import Findings
from agents.tools.demo.grocer.sent import Sent
from agents.tools.demo.grocer.weeks import by_week, running, strips, weeks
from agents.tools.reports.charts.plot import Plot, Reach, Series, heights
from agents.tools.reports.charts.scales import by_week as weeks_axis
from agents.tools.reports.charts.scales import counted
from agents.tools.reports.drawing import ORANGE, RED, YELLOW, Picture
from schemas.vocabulary import BANDS

COLOURS = {"watch": YELLOW, "high": ORANGE, "critical": RED}
MISSING = "Every customer is calm in every week: no risk rose."
READING = (
    "How many customers stand above calm at the end of each week. One family of signals alone (in this year: silence) never makes "
    "a customer high risk: a shopper who is away is not yet a shopper who has left."
)


def picture(found: Findings, sent: Sent) -> Picture:
    """Return the picture of customers above calm at the end of each week. The table also counts the calm ones."""
    on, levels, known = _levels(found, sent)
    above = [sum(levels[band][i] for band in COLOURS) for i in range(len(on))]
    rows = [(week, known[i] - above[i], *(levels[band][i] for band in COLOURS)) for i, week in enumerate(on)]
    named = [band for band in COLOURS if any(levels[band])]
    areas = _stack({band: levels[band] for band in named})
    chart = Plot(
        weeks_axis(on), counted(int(heights(areas)), "customers"), areas, strips=strips(on, named, [levels[band] for band in named])
    )  # fmt: skip
    return Picture("risk-bands", "Customers at risk", READING, chart, ("week", *BANDS), rows, MISSING)


def _stack(levels: dict[str, list[int]]) -> list[Series]:
    """Return areas that lie on each other. The value of a week lies in its middle."""
    found, base = list[Series](), [0] * max(map(len, levels.values()), default=0)
    for band, counts in levels.items():
        found.append(Series(band, COLOURS[band], area=[Reach(i + 0.5, base[i], base[i] + n) for i, n in enumerate(counts)]))
        base = [base[i] + n for i, n in enumerate(counts)]
    return found


def _levels(found: Findings, sent: Sent) -> tuple[list[str], dict[str, list[int]], list[int]]:
    """Return the weeks; for each band above calm the customers in it at the end of each week; and the customers known by then."""
    moved: list[tuple[str, str, int]] = []
    for (day, what, name), n in found.weekly.items():
        if what == "band":
            left, _, entered = name.partition(">")
            moved += [(left, day, -n), (entered, day, n)]
    on = weeks([*sent.newcomers, *(day for _, day, _ in moved)])
    steps = by_week(moved)
    known = by_week(("known", day, n) for day, n in sent.newcomers.items()).get("known", Counter())
    return on, {band: running(steps.get(band, Counter()), on) for band in COLOURS}, running(known, on)
