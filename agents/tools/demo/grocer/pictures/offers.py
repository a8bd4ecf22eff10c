"""The picture of offers made, by family and name."""

from __future__ import annotations

from agents.tools.demo.findings import Findings
from agents.tools.demo.grocer.weeks import by_week, strips, weeks
from agents.tools.reports.charts.plot import Plot, heights, stacked
from agents.tools.reports.charts.scales import by_week as weeks_axis
from agents.tools.reports.charts.scales import counted
from agents.tools.reports.drawing import BLUE, GREEN, PURPLE, Picture, plain

COLOURS = {"basket_change": GREEN, "service_recovery": BLUE, "incentive": PURPLE}
MISSING = "No offer was made. The decisions say why: each names its reason."
READING = (
    "Offers made a week, by family. Service recovery needs a friction point to repair, so a year of receipts alone raises none. "
    "These are proposals by today's rules to customers of 2017: none was sent, and nothing is claimed about what they would have done."
)


def picture(found: Findings) -> Picture:
    """Return bars of offers a week by family. The table names the offers."""
    weekly = by_week((name, day, n) for (day, what, name), n in found.weekly.items() if what == "offer")
    on = weeks(week for counts in weekly.values() for week in counts)
    families = [family for family in COLOURS if family in weekly]
    values = [[weekly[family][week] for week in on] for family in families]
    bars = stacked([plain(family) for family in families], [COLOURS[family] for family in families], values)
    rows = [(plain(name), n) for name, n in sorted(found.offers.items(), key=lambda item: (-item[1], item[0]))]
    chart = Plot(
        weeks_axis(on), counted(int(heights(bars)), "offers a week"), bars, strips=strips(on, [plain(each) for each in families], values)
    )
    return Picture("offers", "Offers by family", READING, chart, ("offer", "made"), rows, MISSING)
