"""The picture of signals by place and week."""

from __future__ import annotations

from collections import Counter

from agents.tools.demo.findings import Findings
from agents.tools.demo.sent import Sent
from agents.tools.demo.weeks import by_week, weeks
from agents.tools.reports.drawing import LINES, Picture, framed, graph

BUSIEST = 14  # so many places are shown, those with the most visits
ENOUGH = 10  # with fewer visits in a week a rate says nothing
READING = (
    "The busiest stores, week by week: signals for each 100 visits. A churn signal is counted at the store of the customer's last "
    "visit, as nobody is anywhere when they are silent. A warm row is a store to look at, a warm column is the calendar. Weeks with "
    f"fewer than {ENOUGH} visits stay empty."
)
COLOURS = [[0, "rgba(61,127,176,.06)"], [0.5, "#e0b13c"], [1, "#cf3f4b"]]


def picture(found: Findings, sent: Sent) -> Picture:
    """Return a heat map of the busiest places. A cell with too few visits is empty."""
    total = Counter[str]()
    for (place, _), n in sent.visits.items():
        total[place] += n
    busiest = [place for place, _ in sorted(total.items(), key=lambda item: (-item[1], item[0]))[:BUSIEST]]
    visits = by_week((place, day, n) for (place, day), n in sent.visits.items() if place in busiest)
    raised = by_week((place, day, n) for (place, day), n in found.placed.items() if place in busiest)
    on = weeks(week for counts in visits.values() for week in counts)
    cells = [[_rate(raised.get(place, Counter())[week], visits[place][week]) for week in on] for place in busiest]
    heat = graph().Heatmap(
        x=on, y=busiest, z=cells, colorscale=COLOURS, zmin=0, zmax=_high(cells), xgap=1, ygap=1,
        hovertemplate="%{y}, %{x}: %{z}<extra></extra>",
        colorbar={"title": {"text": "per 100"}, "thickness": 10, "outlinecolor": LINES},
    )  # fmt: skip
    rows = [(place, total[place], _n(raised, place), _rate(_n(raised, place), total[place])) for place in busiest]
    figure = framed([heat], height=80 + 24 * len(busiest), yaxis_autorange="reversed")
    return Picture("places", "Where it happens", READING, figure, ("place", "visits", "signals", "signals per 100 visits"), rows)


def _high(cells: list[list[float | None]]) -> float:
    """Return the rate from which a cell has the strongest colour: the 99th percentile. Else a few extreme weeks fade all others."""
    rates = sorted(rate for row in cells for rate in row if rate is not None)
    return max(1.0, rates[int(0.99 * (len(rates) - 1))]) if rates else 1.0


def _n(raised: dict[str, Counter[str]], place: str) -> int:
    return raised[place].total() if place in raised else 0


def _rate(signals: int, visits: int) -> float | None:
    return round(100 * signals / visits, 1) if visits >= ENOUGH else None
