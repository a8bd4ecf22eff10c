"""The report: one HTML file that needs nothing else, for the people who look after customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

from agents.chronicle.entries import Entry
from agents.chronicle.html import items
from agents.demo.findings import Figures, Findings
from agents.demo.measured import Measured
from agents.demo.notes import NOTES
from agents.demo.pictures import Picture, pictures, timeline
from agents.demo.sent import Sent

PAIRED = ("stage-flow", "decisions")  # each stands beside the picture that follows it, where the page is wide enough


@dataclass(frozen=True)
class Story:
    """The customer whose story the report tells."""

    customer: str
    entries: Sequence[Entry]


def page(found: Findings, sent: Sent, figures: Figures, measured: Measured, story: Story) -> str:
    """The whole page as text."""
    drawn = timeline.picture(story.customer, story.entries)
    return Template(files("agents.demo").joinpath("page.html").read_text(encoding="utf-8")).substitute(
        script=_script(),
        title="A year of journeys, as it happened",
        lead=_lead(sent),
        tiles="".join(_tile(number, words) for number, words in _headlines(found, sent, measured)),
        ledger=escape(measured.accounts()),
        pictures=_laid_out(pictures(found, sent)),
        customer_title=escape(drawn.title),
        customer_reading=escape(drawn.reading),
        customer_figure=_figure(drawn) + _numbers(drawn),
        story=items(story.entries),
        notes="".join(f"<li>{escape(note)}</li>" for note in NOTES),
        footer=f"Sojourn · outputs {figures['digest']} · the same history gives the same outputs, byte for byte",
    )


def _script() -> str:
    from plotly.offline import get_plotlyjs  # type: ignore[import-untyped]

    return str(get_plotlyjs())


def _lead(sent: Sent) -> str:
    return (
        f"{sent.customers:,} households of a grocer's loyalty programme, {sent.first} to {sent.last}: every receipt, campaign letter and "
        "coupon went through Kafka as it happened. This is what Sojourn noticed, and what it would have proposed."
    )


def _headlines(found: Findings, sent: Sent, measured: Measured) -> list[tuple[str, str]]:
    told = [
        (f"{sum(sent.kinds.values()):,}", "touchpoints"),
        (f"{sent.customers:,}", "customers"),
        (f"{sum(found.frictions.values()):,}", "friction points"),
        (f"{sum(found.churn.values()):,}", "churn signals"),
        (f"{sum(found.outcomes.values()):,}", "decisions, each with its reason"),
        (f"{found.outcomes['offered']:,}", "offers"),
    ]
    return told + measured.headlines()


def _tile(number: str, words: str) -> str:
    return f'<div class="tile"><b>{escape(number)}</b><span>{escape(words)}</span></div>'


def _laid_out(drawn: Sequence[Picture]) -> str:
    """Pictures below each other; two that belong together side by side."""
    parts, waiting = [], ""
    for picture in drawn:
        section = f'<section id="{picture.name}"><h2>{escape(picture.title)}</h2><p class="reading">{escape(picture.reading)}</p>'
        section += f"{_figure(picture)}{_numbers(picture)}</section>"
        if waiting:
            parts.append(f'<div class="pair">{waiting}{section}</div>')
            waiting = ""
        elif picture.name in PAIRED:
            waiting = section
        else:
            parts.append(section)
    return "\n".join([*parts, waiting])


def _figure(picture: Picture) -> str:
    """The figure's place on the page and the numbers it is drawn from, as plotly wants them."""
    settings = {"displayModeBar": False, "responsive": True}
    return str(picture.figure.to_html(full_html=False, include_plotlyjs=False, config=settings, div_id=f"picture-{picture.name}"))


def _numbers(picture: Picture) -> str:
    head = "".join(f"<th>{escape(column)}</th>" for column in picture.columns)
    body = "".join("<tr>" + "".join(f"<td>{_cell(cell)}</td>" for cell in row) + "</tr>" for row in picture.rows)
    return (
        f'<details><summary>the numbers</summary><div class="scroll"><table data-picture="{picture.name}"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div></details>"
    )


def _cell(cell: Any) -> str:
    return f"{cell:,}" if isinstance(cell, int) else escape("" if cell is None else str(cell))
