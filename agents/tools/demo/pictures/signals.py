"""The picture of friction points and churn signals by name, week by week."""

from __future__ import annotations

from agents.tools.demo.findings import Findings
from agents.tools.demo.weeks import by_week, weeks
from agents.tools.reports.drawing import Picture, colours, framed, graph, plain

READING = "What was noticed, by name and week. {absent}A click on a name hides it, a double click shows it alone."
ABSENT = (
    "A till knows no clicks, calls or parcels, so this year holds churn signals and no friction points: the friction detectors "
    "stayed silent, as they should. "
)


def picture(found: Findings) -> Picture:
    """Return bars of signals a week, the most frequent name at the bottom."""
    weekly = by_week((name, day, n) for (day, what, name), n in found.weekly.items() if what in {"friction", "churn"})
    on = weeks(week for counts in weekly.values() for week in counts)
    ranked = sorted(weekly, key=lambda name: (-weekly[name].total(), name))
    colour = colours(ranked)
    bars = [graph().Bar(x=on, y=[weekly[name][week] for week in on], name=plain(name), marker_color=colour[name]) for name in ranked]
    figure = framed(bars, barmode="stack", yaxis_title="signals a week", hovermode="x unified", showlegend=True)
    rows = [(plain(name), "friction point" if name in found.frictions else "churn signal", weekly[name].total()) for name in ranked]
    reading = READING.format(absent="" if found.frictions else ABSENT)
    return Picture("signals", "Friction points and churn signals", reading, figure, ("signal", "kind", "raised"), rows)
