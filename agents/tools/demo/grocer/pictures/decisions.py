"""Pictures of the decisions: by outcome and reason, and how many candidates each step of the funnel left."""

from __future__ import annotations

from collections import Counter

from agents.tools.demo.findings import Findings, why
from agents.tools.reports.charts.rows import Row, Rows
from agents.tools.reports.charts.scales import Axis
from agents.tools.reports.drawing import BLUE, GREEN, GREY, YELLOW, Picture, plain
from streams.offers.funnel import STEPS

COLOURS = {"offered": GREEN, "withheld": YELLOW, "held_out": BLUE, "nothing_eligible": GREY}
MISSING = "No decision was made: no risk rose to another band, and no friction opened."
READING = (
    "A decision to offer nothing is published too, with its reason. Held out: customers left alone by chance, so that what the "
    "offers do can be told from what would have happened anyway."
)
FUNNEL = (
    "Each decision weighs every offer in the catalogue on every channel. What a step removes does not reach the next; every "
    "candidate's step and reason stand in the decision."
)


def outcomes(found: Findings) -> Picture:
    """Return bars of decisions by outcome and reason, the most frequent on top."""
    ended = Counter(found.reasons)
    ended["offered", ""] = found.outcomes["offered"]
    rows = [(outcome, reason, n) for (outcome, reason), n in sorted(ended.items(), key=lambda item: (-item[1], item[0])) if n]
    bars = [Row(plain(why(outcome, reason)), f"{n:,}", "", n, COLOURS.get(outcome, GREY)) for outcome, reason, n in rows]
    chart = Rows(Axis(0, max([1, *(n for *_, n in rows)])), bars)
    return Picture("decisions", "What was decided, and why", READING, chart, ("outcome", "reason", "decisions"), list(rows), MISSING)


def funnel(found: Findings) -> Picture:
    """Return the funnel of candidates that are left after each step."""
    removed = Counter[str]()
    for (step, _), n in found.removed.items():
        removed[step] += n
    left = removed.total() + found.outcomes["offered"]
    names, counts = ["considered"], [left]
    for step in STEPS:
        left -= removed[step]
        names.append(f"after {step}")
        counts.append(left)
    bars = [Row(name, f"{count:,}", "", count, BLUE) for name, count in zip(names, counts, strict=True)]
    rows = [(plain(step), plain(reason), n) for (step, reason), n in sorted(found.removed.items(), key=lambda item: (-item[1], item[0]))]
    chart = Rows(Axis(0, max(1, counts[0])), bars, funnel=True)
    return Picture("funnel", "The funnel, step by step", FUNNEL, chart, ("step", "reason", "candidates removed"), rows, MISSING)
