"""How a report page is laid out: tiles, pictures with their numbers, one style; the page needs nothing beside itself."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from html import escape
from importlib.resources import files
from typing import Any

from agents.tools.reports.drawing import Picture


def style() -> str:
    """The style sheet of every page."""
    return files("agents.tools.reports").joinpath("page.css").read_text(encoding="utf-8")


def script() -> str:
    """The drawing library, whole: the page asks nobody for it."""
    from plotly.offline import get_plotlyjs  # type: ignore[import-untyped]

    return str(get_plotlyjs())


def tile(number: str, words: str) -> str:
    """One large figure with its words."""
    return f'<div class="tile"><b>{escape(number)}</b><span>{escape(words)}</span></div>'


def laid_out(drawn: Sequence[Picture], paired: Collection[str] = ()) -> str:
    """Pictures below each other; two that belong together side by side."""
    parts, waiting = [], ""
    for picture in drawn:
        section = f'<section id="{picture.name}"><h2>{escape(picture.title)}</h2><p class="reading">{escape(picture.reading)}</p>'
        section += f"{figure(picture)}{numbers(picture)}</section>"
        if waiting:
            parts.append(f'<div class="pair">{waiting}{section}</div>')
            waiting = ""
        elif picture.name in paired:
            waiting = section
        else:
            parts.append(section)
    return "\n".join([*parts, waiting])


def figure(picture: Picture) -> str:
    """The figure's place on the page and the numbers it is drawn from, as plotly wants them."""
    settings = {"displayModeBar": False, "responsive": True}
    return str(picture.figure.to_html(full_html=False, include_plotlyjs=False, config=settings, div_id=f"picture-{picture.name}"))


def numbers(picture: Picture) -> str:
    """The numbers that a picture shows, folded away."""
    head = "".join(f"<th>{escape(column)}</th>" for column in picture.columns)
    body = "".join("<tr>" + "".join(f"<td>{_cell(cell)}</td>" for cell in row) + "</tr>" for row in picture.rows)
    return (
        f'<details><summary>the numbers</summary><div class="scroll"><table data-picture="{picture.name}"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div></details>"
    )


def _cell(cell: Any) -> str:
    return f"{cell:,}" if isinstance(cell, int) else escape("" if cell is None else str(cell))
