"""The picture of customers at risk, week by week."""

from __future__ import annotations

from collections import Counter

from agents.tools.demo.findings import Findings
from agents.tools.demo.sent import Sent
from agents.tools.demo.weeks import by_week, running, weeks
from agents.tools.reports.drawing import Picture, framed, graph
from schemas.vocabulary import BANDS

COLOURS = {"watch": "#e0b13c", "high": "#e1793a", "critical": "#cf3f4b"}
READING = (
    "How many customers stand above calm at the end of each week. One family of signals alone (in this year: silence) never makes "
    "a customer high risk: a shopper who is away is not yet a shopper who has left."
)


def picture(found: Findings, sent: Sent) -> Picture:
    """Return the picture of customers above calm at the end of each week. The table also counts the calm ones."""
    on, levels, known = _levels(found, sent)
    traces = [
        graph().Scatter(x=on, y=levels[band], name=band, stackgroup="bands", mode="lines", line={"width": 0.6, "color": colour})
        for band, colour in COLOURS.items()
        if any(levels[band])
    ]
    above = [sum(levels[band][i] for band in COLOURS) for i in range(len(on))]
    rows = [(week, known[i] - above[i], *(levels[band][i] for band in COLOURS)) for i, week in enumerate(on)]
    figure = framed(traces, yaxis_title="customers", hovermode="x unified", showlegend=True)
    return Picture("risk-bands", "Customers at risk", READING, figure, ("week", *BANDS), rows)


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
