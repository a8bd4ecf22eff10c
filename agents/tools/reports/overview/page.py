"""The overview as one HTML file. It needs no other files."""

from __future__ import annotations

from collections import Counter
from typing import Any

from agents.tools.reports.drawing import drawn, missing
from agents.tools.reports.overview.first import first_cards
from agents.tools.reports.overview.gathering import Overview, span
from agents.tools.reports.overview.harm import hurt_customers, money
from agents.tools.reports.overview.pictures import COURSES, pictures
from agents.tools.reports.overview.tables import tables
from agents.tools.reports.sheet import laid_out, rendered

FIRST = 6  # frictions told at the top; the tables at the end tell more
ROWS = 50  # of each table
NOTES = {
    "Blocked steps": "Customers came to these places as always, and suddenly far fewer of them got on. Each stands once.",
    "Missed targets": "What the blueprint wants and the newest weeks did not give. Sure: the whole interval misses the target.",
}  # by the title of a table: one with a note is open


def page(found: Overview) -> str:
    """Return the whole page as HTML text."""
    return rendered("overview.html", facts(found))


def facts(found: Overview) -> dict[str, Any]:
    """Return the content of the page for its template."""
    made = pictures(found)
    numbers = [*tables(found, ROWS), *found.more]
    return {
        "lead": _lead(found),
        "source": found.source,
        "tiles": _headlines(found),
        "first_reading": f"{COURSES} {found.how}".rstrip(),
        "first": first_cards(found, FIRST),
        "pictures": laid_out(drawn(made), ("paths",)),
        "missing": missing(made),
        "tables": [(each.title, NOTES.get(each.title, ""), each.columns, each.rows) for each in numbers if each.rows],
        "nothing": [(each.title, each.nothing) for each in numbers if not each.rows],
    }


def _lead(found: Overview) -> str:
    note = f"{found.note} " if found.note else ""
    if not found.weeks:
        return f"{note}Nothing was measured yet."
    return f"{note}The {span(found)}: where customers went, how far they came, and where it hurt."


def _headlines(found: Overview) -> list[tuple[str, str]]:
    spots = found.spots.values()
    frictions = sum(spot.frictions.total() for spot in spots)
    lost = Counter[str]()
    for harm in found.harms:
        lost.update(harm.left)
    told = [
        (f"{hurt_customers(spots):,}", "customers hurt"),
        (f"{frictions:,}", "friction points"),
        *([(money(lost), "in carts left after a friction")] if lost.total() else []),
        *([(f"{len(found.blocked):,}", "blocked steps")] if found.blocked else []),
        (f"{len(found.surges):,}", "surges"),
        (f"{len({(miss.measure, miss.place, miss.channel, miss.stage) for miss in found.misses}):,}", "targets missed in some week"),
        (f"{sum(moment.clear for moment in found.moments):,}", "clear moments of truth"),
        (f"{sum(each.purchases for each in found.purchases):,}", "purchases of known customers"),
        (f"{sum(spot.volume for spot in spots):,}", f"touchpoints at {len(found.spots):,} places on their channels"),
    ]
    return told if found.spots else [(count, words) for count, words in told if count != "0"]  # without places, nothing can hurt at one
