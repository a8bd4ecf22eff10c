"""The report: one HTML file that needs nothing else, for the people who look after customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from string import Template

from agents.tools.demo.findings import Figures, Findings
from agents.tools.demo.measured import Measured
from agents.tools.demo.notes import NOTES
from agents.tools.demo.pictures import pictures, timeline
from agents.tools.demo.sent import Sent
from agents.tools.reports.chronicle.entries import Entry
from agents.tools.reports.chronicle.html import items
from agents.tools.reports.sheet import figure, laid_out, numbers, script, style, tile

PAIRED = ("stage-flow", "decisions")  # each stands beside the picture that follows it, where the page is wide enough


@dataclass(frozen=True)
class Story:
    """The customer whose story the report tells."""

    customer: str
    entries: Sequence[Entry]


def page(found: Findings, sent: Sent, figures: Figures, measured: Measured, story: Story) -> str:
    """The whole page as text."""
    drawn = timeline.picture(story.customer, story.entries)
    return Template(files("agents.tools.demo").joinpath("page.html").read_text(encoding="utf-8")).substitute(
        style=style(),
        script=script(),
        title="A year of journeys, as it happened",
        lead=_lead(sent),
        tiles="".join(tile(number, words) for number, words in _headlines(found, sent, measured)),
        ledger=escape(measured.accounts()),
        pictures=laid_out(pictures(found, sent), PAIRED),
        customer_title=escape(drawn.title),
        customer_reading=escape(drawn.reading),
        customer_figure=figure(drawn) + numbers(drawn),
        story=items(story.entries),
        notes="".join(f"<li>{escape(note)}</li>" for note in NOTES),
        footer=f"Sojourn · outputs {figures['digest']} · the same history gives the same outputs, byte for byte",
    )


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
