"""Pictures of the decisions: by outcome and reason, and how many candidates each step of the funnel left."""

from __future__ import annotations

from collections import Counter

from agents.tools.demo.findings import Findings, why
from agents.tools.reports.drawing import INK, SERIES, Picture, faint, framed, graph, plain
from streams.offers.funnel import STEPS

COLOURS = {"offered": "#4a9a72", "withheld": "#e0b13c", "held_out": "#3d7fb0", "nothing_eligible": "#8a93a0"}
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
    rows = [(outcome, reason, n) for (outcome, reason), n in sorted(ended.items(), key=lambda item: (item[1], item[0])) if n]
    bars = graph().Bar(
        x=[n for *_, n in rows], y=[plain(why(outcome, reason)) for outcome, reason, _ in rows], orientation="h", textposition="auto",
        text=[f"{n:,}" for *_, n in rows], marker_color=[COLOURS.get(outcome, INK) for outcome, *_ in rows],
    )  # fmt: skip
    figure = framed([bars], height=max(160, 60 + 44 * len(rows)), xaxis_title="decisions")
    return Picture("decisions", "What was decided, and why", READING, figure, ("outcome", "reason", "decisions"), rows[::-1])


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
    trace = graph().Funnel(
        y=names, x=counts, texttemplate="%{value:,}", marker={"color": SERIES[0]}, connector={"fillcolor": faint(SERIES[0])}
    )
    rows = [(plain(step), plain(reason), n) for (step, reason), n in sorted(found.removed.items(), key=lambda item: (-item[1], item[0]))]
    figure = framed([trace], height=60 + 34 * len(names))
    return Picture("funnel", "The funnel, step by step", FUNNEL, figure, ("step", "reason", "candidates removed"), rows)
