"""The report of a played company: what was planted and found, then the overview of its journeys, then one customer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agents.tools.demo.invented.run import Ran
from agents.tools.demo.invented.verdict import FALSE, WHOLE, Verdict
from agents.tools.demo.story import Story
from agents.tools.reports.chronicle.entries import Entry
from agents.tools.reports.chronicle.html import items
from agents.tools.reports.drawing import plain
from agents.tools.reports.overview.examples import newest_examples
from agents.tools.reports.overview.gathering import Overview, overview
from agents.tools.reports.overview.page import facts as of_overview
from agents.tools.reports.overview.table import Table
from agents.tools.reports.sheet import rendered

READING = (
    "Each line is an incident that was put into the company's life. “After” is the time from the first customer who felt it to the moment "
    "at which an alarm could say so, in the company's own time. A later consequence of an incident counts as no false alarm."
)
NOTES = (
    "The company never was: its customers, incidents and traps are drawn from a seed. What was planted went into a list of its own, which "
    "no worker reads.",
    "Its events went through a real Kafka, a worker and its ledger, as those of a real company would: late, doubled and out of order, each "
    "as its sender is. Its customers read the offers and answered them.",
    "Thresholds, weights and values of offers are Sojourn's defaults. Norms came back from the insights role while the days passed, at "
    "times that depend on the machine: so another run of the same seed may differ in some of the counts.",
    "An invented company proves that the machinery works, and how soon. It proves nothing about your customers.",
)


def page(ran: Ran, found: Verdict, story: Story, shown: Sequence[Entry]) -> str:
    """Return the whole page as HTML text. `shown` is the part of the story to tell."""
    return rendered("invented.html", facts(ran, found, story, shown))


def facts(ran: Ran, found: Verdict, story: Story, shown: Sequence[Entry]) -> dict[str, Any]:
    """Return the content of the page for its template."""
    return {
        **of_overview(_overview(ran, found)),
        "planted_reading": READING,
        "planted_columns": WHOLE,
        "planted": list(found.whole_rows()),
        "planted_notes": [*(f"{each[:1].upper()}{each[1:]}." for each in found.sentences("below")), _silent(found)],
        "false_columns": FALSE,
        "false_alarms": list(found.false_rows()),
        "ledger": ran.measured.accounts(),
        "story_title": f"One customer: {story.customer}",
        "items": items(shown),
        "notes": NOTES,
    }


def _silent(found: Verdict) -> str:
    return f"Traps without an alarm: {', '.join(map(plain, found.silent)) or 'none'}."


def _overview(ran: Ran, found: Verdict) -> Overview:
    made = overview(ran.insights, None, newest_examples(ran.opened))
    made.source = "journey.insights.v1"
    made.note = "A quarter of an invented company, every event through Kafka as it happened."
    made.more = [detectors(found), offers(ran)]
    return made


def detectors(found: Verdict) -> Table:
    """Return the table of single frictions by detector, beside what was planted."""
    rows = [
        (
            each.detector, f"{each.planted:,}", f"{each.recalled:,}", _share(each.recall), f"{each.raised:,}", f"{each.right:,}",
            _share(each.precision),
        )
        for each in found.qualities
    ]  # fmt: skip
    columns = ("detector", "planted", "found", "recall", "raised", "planted indeed", "precision")
    return Table("Single frictions by detector, beside what was planted", columns, rows, "no friction was planted")


def offers(ran: Ran) -> Table:
    """Return the table of what was proposed, and why not."""
    made = [("offered", name, f"{count:,}") for name, count in ran.found.offers.most_common()]
    kept = [(outcome, reason, f"{count:,}") for (outcome, reason), count in ran.found.reasons.most_common()]
    return Table(
        "Decisions: offers, and each no with its reason", ("outcome", "offer or reason", "decisions"), made + kept, "none was made"
    )


def _share(found: float | None) -> str:
    return "-" if found is None else f"{found:.0%}"
