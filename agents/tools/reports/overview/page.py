"""The overview as one HTML file. It needs no other files."""

from __future__ import annotations

from typing import Any

from agents.tools.reports.overview.gathering import Overview, span
from agents.tools.reports.overview.harm import hurt_customers, in_sentences
from agents.tools.reports.overview.pictures import COURSES, MISSES, missed, pictures
from agents.tools.reports.sheet import laid_out, rendered

FIRST = 6  # frictions told at the top; the numbers of the picture below tell more


def page(found: Overview) -> str:
    """Return the whole page as HTML text."""
    return rendered("overview.html", facts(found))


def facts(found: Overview) -> dict[str, Any]:
    """Return the content of the page for its template."""
    return {
        "lead": _lead(found),
        "tiles": _headlines(found),
        "first": [in_sentences(each, found.worth) for each in found.harms[:FIRST]],
        "first_reading": COURSES,
        "pictures": laid_out(pictures(found), ("stage-flow",)),
        "misses_reading": MISSES,
        "misses": missed(found),
    }


def _lead(found: Overview) -> str:
    if not found.weeks:
        return "Nothing was measured yet."
    return f"The {span(found)}: where customers went, how far they came, and where it hurt."


def _headlines(found: Overview) -> list[tuple[str, str]]:
    spots = found.spots.values()
    frictions = sum(spot.frictions.total() for spot in spots)
    return [
        (f"{sum(spot.volume for spot in spots):,}", "touchpoints at places"),
        (f"{len(found.spots):,}", "places on their channels"),
        (f"{sum(each.purchases for each in found.purchases):,}", "purchases of known customers"),
        (f"{frictions:,}", "friction points"),
        (f"{hurt_customers(spots):,}", "customers hurt"),
        (f"{len({(miss.measure, miss.place, miss.channel, miss.stage) for miss in found.misses}):,}", "targets missed in some week"),
        (f"{sum(moment.clear for moment in found.moments):,}", "clear moments of truth"),
        (f"{len(found.surges):,}", "surges"),
    ]
