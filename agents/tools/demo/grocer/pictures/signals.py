"""The picture of friction points and churn signals by name, week by week."""

from __future__ import annotations

from agents.tools.demo.findings import Findings
from agents.tools.demo.grocer.weeks import by_week, strips, weeks
from agents.tools.reports.charts.plot import Plot, heights, stacked
from agents.tools.reports.charts.scales import by_week as weeks_axis
from agents.tools.reports.charts.scales import counted
from agents.tools.reports.drawing import Picture, colours, plain

READING = "What was noticed, by name and week. {absent}Point at a name, or reach it with the tab key, to see it alone."
MISSING = "Nothing was noticed: nobody met trouble, and nobody came less often than before."
ABSENT = (
    "A till knows no clicks, calls or parcels, so this year holds churn signals and no friction points: the friction detectors "
    "stayed silent, as they should. "
)


def picture(found: Findings) -> Picture:
    """Return bars of signals a week, the most frequent name at the bottom."""
    weekly = by_week((name, day, n) for (day, what, name), n in found.weekly.items() if what in {"friction", "churn"})
    on = weeks(week for counts in weekly.values() for week in counts)
    ranked = sorted(weekly, key=lambda name: (-weekly[name].total(), name))
    names, values = [plain(name) for name in ranked], [[weekly[name][week] for week in on] for name in ranked]
    bars = stacked(names, list(colours(ranked).values()), values)
    chart = Plot(weeks_axis(on), counted(int(heights(bars)), "signals a week"), bars, strips=strips(on, names, values))
    rows = [(plain(name), "friction point" if name in found.frictions else "churn signal", weekly[name].total()) for name in ranked]
    reading = READING.format(absent="" if found.frictions else ABSENT)
    return Picture("signals", "Friction points and churn signals", reading, chart, ("signal", "kind", "raised"), rows, MISSING)
