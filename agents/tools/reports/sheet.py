"""Makes HTML pages from templates. Every text is escaped, and pictures come with their numbers. A page needs no other files."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from agents.tools.reports.drawing import Picture


def rendered(template: str, facts: Mapping[str, Any]) -> str:
    """Return the page: this template of `agents.tools.reports`, filled with these facts.

    Every text is escaped, whoever wrote it. Only figures and the drawing library are not: this module marks them as markup.
    """
    return _environment().get_template(template).render(facts)


@cache
def _environment() -> Environment:
    found = Environment(
        loader=PackageLoader("agents.tools.reports"),
        autoescape=True,
        undefined=StrictUndefined,  # a misspelt name raises; otherwise it would be an empty place on the page
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    found.filters |= {"cell": cell, "figure": figure}
    found.globals["script"] = script
    return found


def script() -> Markup:
    """Return the code of the drawing library. The page contains it, so nothing is loaded from the network."""
    from plotly.offline import get_plotlyjs  # type: ignore[import-untyped]

    return Markup(get_plotlyjs())  # noqa: S704  # the library's own code


def figure(picture: Picture) -> Markup:
    """Return the HTML of the figure: its place on the page and its numbers, as plotly writes them."""
    settings = {"displayModeBar": False, "responsive": True}
    drawn = picture.figure.to_html(full_html=False, include_plotlyjs=False, config=settings, div_id=f"picture-{picture.name}")
    return Markup(drawn)  # noqa: S704  # plotly escapes the texts in it; our pictures' names are ours


def cell(content: object) -> str:
    """Return the text of a table's cell.

    >>> cell(12_345), cell("a place"), cell(None)
    ('12,345', 'a place', '')
    """
    return f"{content:,}" if isinstance(content, int) else "" if content is None else str(content)


def laid_out(drawn: Sequence[Picture], paired: Collection[str] = ()) -> list[tuple[Picture, ...]]:
    """Return the pictures in rows. A picture whose name is in `paired` shares a row with the next one."""
    rows: list[tuple[Picture, ...]] = []
    for picture in drawn:
        if rows and len(rows[-1]) == 1 and rows[-1][0].name in paired:
            rows[-1] = (*rows[-1], picture)
        else:
            rows.append((picture,))
    return rows
