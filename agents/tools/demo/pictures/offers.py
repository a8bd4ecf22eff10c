"""The picture of offers made, by family and name."""

from __future__ import annotations

from agents.tools.demo.findings import Findings
from agents.tools.demo.weeks import by_week, weeks
from agents.tools.reports.drawing import Picture, framed, graph, plain

COLOURS = {"basket_change": "#4a9a72", "service_recovery": "#3d7fb0", "incentive": "#a96bb3"}
READING = (
    "Offers made a week, by family. Service recovery needs a friction point to repair, so a year of receipts alone raises none. "
    "These are proposals by today's rules to customers of 2017: none was sent, and nothing is claimed about what they would have done."
)


def picture(found: Findings) -> Picture:
    """Return bars of offers a week by family. The table names the offers."""
    weekly = by_week((name, day, n) for (day, what, name), n in found.weekly.items() if what == "offer")
    on = weeks(week for counts in weekly.values() for week in counts)
    bars = [
        graph().Bar(x=on, y=[weekly[family][week] for week in on], name=plain(family), marker_color=colour)
        for family, colour in COLOURS.items()
        if family in weekly
    ]
    rows = [(plain(name), n) for name, n in sorted(found.offers.items(), key=lambda item: (-item[1], item[0]))]
    figure = framed(bars, barmode="stack", yaxis_title="offers a week", hovermode="x unified", showlegend=True)
    return Picture("offers", "Offers by family", READING, figure, ("offer", "made"), rows)
