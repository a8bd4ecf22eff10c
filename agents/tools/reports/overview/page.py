"""The overview as one HTML file that needs nothing else."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from string import Template

from agents.tools.reports.overview.gathering import Overview, span
from agents.tools.reports.overview.pictures import MISSES, missed, pictures
from agents.tools.reports.overview.tables import Table
from agents.tools.reports.sheet import laid_out, script, style, tile


def page(found: Overview) -> str:
    """The whole page as text."""
    return Template(files("agents.tools.reports.overview").joinpath("page.html").read_text(encoding="utf-8")).substitute(
        style=style(),
        script=script(),
        lead=_lead(found),
        tiles="".join(tile(number, words) for number, words in _headlines(found)),
        pictures=laid_out(pictures(found), ("stage-flow",)),
        misses_reading=escape(MISSES),
        misses=_rows(missed(found)),
    )


def _lead(found: Overview) -> str:
    if not found.weeks:
        return "Nothing was measured yet."
    return f"{span(found).capitalize()}: where customers went, how far they came, and where it hurt."


def _headlines(found: Overview) -> list[tuple[str, str]]:
    spots = found.spots.values()
    frictions = sum(spot.frictions.total() for spot in spots)
    return [
        (f"{sum(spot.volume for spot in spots):,}", "touchpoints at places"),
        (f"{len(found.spots):,}", "places on their channels"),
        (f"{frictions:,}", "friction points"),
        (f"{len({(miss.measure, miss.place, miss.channel, miss.stage) for miss in found.misses}):,}", "targets missed in some week"),
        (f"{sum(moment.clear for moment in found.moments):,}", "clear moments of truth"),
        (f"{len(found.surges):,}", "surges"),
    ]


def _rows(table: Table) -> str:
    if not table.rows:
        return f"<p>{escape(table.nothing)}</p>"
    head = "".join(f"<th>{escape(column)}</th>" for column in table.columns)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in table.rows)
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
