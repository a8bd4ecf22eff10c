"""The picture of signals by place and week."""

from __future__ import annotations

from collections import Counter

from agents.tools.demo.findings import Findings
from agents.tools.demo.grocer.sent import Sent
from agents.tools.demo.grocer.weeks import by_week, weeks
from agents.tools.reports.charts.heat import Heat
from agents.tools.reports.drawing import Picture

BUSIEST = 14  # so many places are shown, those with the most visits
ENOUGH = 10  # with fewer visits in a week a rate says nothing
READING = (
    "The busiest places, week by week: signals that name the place, for each 100 visits. A warm row is a place to look at, a warm column "
    f"is the calendar. Weeks with fewer than {ENOUGH} visits stay empty."
)
MISSING = (
    "No signal of this year names a place. A churn signal comes from silence, and nobody is anywhere while they are silent. Friction at a "
    "place would fill this: declined payments, returns or complaints at the stores, clicks on pages, calls, parcels."
)


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
    chart = Heat(busiest, on, cells, _high(cells), "signals for each 100 visits")
    rows = [(place, total[place], _n(raised, place), _rate(_n(raised, place), total[place])) for place in busiest]
    return Picture("places", "Where it happens", READING, chart, ("place", "visits", "signals", "signals per 100 visits"), rows, MISSING)


def _high(cells: list[list[float | None]]) -> float:
    """Return the rate from which a cell has the strongest colour: the 99th percentile. Else a few extreme weeks fade all others."""
    rates = sorted(rate for row in cells for rate in row if rate is not None)
    return max(1.0, rates[int(0.99 * (len(rates) - 1))]) if rates else 1.0


def _n(raised: dict[str, Counter[str]], place: str) -> int:
    return raised[place].total() if place in raised else 0


def _rate(signals: int, visits: int) -> float | None:
    return round(100 * signals / visits, 1) if visits >= ENOUGH else None
