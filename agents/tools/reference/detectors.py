"""The pages of friction detectors and of churn signals. The text comes from each detector's declaration and docstring."""

from __future__ import annotations

import doctest
import inspect
import re

from agents.tools.reference.markdown import code, first_sentence, page, table
from agents.tools.reference.numbering import frictions, number, signals
from schemas.touchpoints import kind_of
from schemas.touchpoints.base import Touchpoint
from streams.detectors import DAY, HOUR, MINUTE, Detector, Risk

HEADINGS = ("Definition", "Default", "Source", "Guard")
FRICTION_COLUMNS = ("number", "name", "fires when", "watches", "limits", "source", "severity", "closes")
SIGNAL_COLUMNS = ("number", "name", "fires when", "limits", "family", "weight", "half-life")

FRICTION_INTRO = """
A friction point is a claim, with evidence, that something went wrong for one customer at one place. Each detector is one file in
`streams/friction/`. Every limit is a default that a blueprint may change; every signal carries the limits it was judged by.
`[ours]` marks a default that nobody else has published. Severity is 1 to 5. The owner of a friction is the owner of its place in
the blueprint. Durations are in milliseconds in the code and in the largest fitting unit here. To add one, see [add a friction
detector](../how-to/add-a-friction-detector.md).
"""
SIGNAL_INTRO = """
A churn signal is a claim, with evidence, that one customer may leave. It adds `weight x strength x 0.5 ** (age / half-life)` to the
log-odds of leaving; [how the risk is computed](../explanation/risk.md) says the rest. Each signal is one file in `streams/churn/`.
Weights are shipped priors, until learnt ones have beaten them. Every limit is a default that a blueprint may change. `[ours]` marks
a default that nobody else has published. To add one, see [add a churn signal](../how-to/add-a-churn-signal.md).
"""


def friction_page() -> str:
    """Return the page of friction detectors: a table of all, then a section for each."""
    found = frictions()
    return page("Friction detectors", FRICTION_INTRO, table(FRICTION_COLUMNS, map(friction_row, found)), *map(_section, found))


def signal_page() -> str:
    """Return the page of churn signals: a table of all, then a section for each."""
    found = signals()
    rows = [signal_row(detector, detector.risk) for detector in found if detector.risk]
    return page("Churn signals", SIGNAL_INTRO, table(SIGNAL_COLUMNS, rows), *map(_section, found))


def friction_row(detector: Detector) -> tuple[str, ...]:
    """Return the cells of one friction detector."""
    source = section(detector.doc, "Source")
    shown = (number(detector), _link(detector), first_sentence(detector.doc), watched(detector), limits(detector), source)
    return (*shown, str(detector.severity), closed(detector))


def signal_row(detector: Detector, risk: Risk) -> tuple[str, ...]:
    """Return the cells of one churn signal."""
    shown = (number(detector), _link(detector), first_sentence(detector.doc), limits(detector))
    return (*shown, risk.family, f"{risk.weight:+g}", f"{risk.half_life_days:g} d")


def _link(detector: Detector) -> str:
    return f"[`{detector.name}`](#{detector.name})"


def _section(detector: Detector) -> str:
    """Return the section of one detector. Its anchor is the detector's name."""
    facts = {
        "Number": number(detector), "Watches": watched(detector), "Limits": limits(detector), "Severity": str(detector.severity),
        "Closes after": closed(detector), "File": f"`{detector.module.replace('.', '/')}.py`",
    }  # fmt: skip
    lines = [f"- {name}: {text}" for name, text in facts.items() if text]
    said = [f"**{name}**: {text}." for name in HEADINGS if (text := section(detector.doc, name))]
    shown = code(examples(detector.doc), "python") if examples(detector.doc) else ""
    parts = (f"## {detector.name}", f"{first_sentence(detector.doc)}.", "\n".join(lines), "\n\n".join(said), shown)
    return "\n\n".join(part for part in parts if part)


def section(doc: str, name: str) -> str:
    """Return what a detector's docstring says under this heading, on one line.

    >>> section("It is so.\\n\\n    **Source**: A book,\\n    and\\n    another.\\n    **Guard**: none.", "Source")
    'A book, and another'
    """
    said = re.search(rf"\*\*{name}\*\*:(.*?)(?=\n\s*\*\*|\n\s*\n|\Z)", doc, re.DOTALL)
    return " ".join(said[1].split()).rstrip(".") if said else ""


def limits(detector: Detector) -> str:
    """Return the detector's limits with their defaults."""
    return ", ".join(f"{name} {value:g}" for name, value in detector.limits.items())


def watched(detector: Detector) -> str:
    """Return what the detector watches: kinds, kinds after which it waits for something, frictions, weeks.

    A detector with none of these works over all customers, so it watches all journeys.
    """
    wakes, waits = (
        ", ".join("any touchpoint" if kind is Touchpoint else kind_of(kind) for kind in kinds)
        for kinds in (detector.on, detector.opened_by)
    )
    follows = f"frictions {', '.join(detector.frictions)}" if detector.frictions else ""
    weeks = "completed weeks" if detector.weekly else ""
    said = (wakes, f"absence after {waits}" if waits else "", follows, weeks)
    return "; ".join(text for text in said if text) or "all journeys"


def closed(detector: Detector) -> str:
    """Return how long a signal stays open, and which kinds close it earlier."""
    ends = ", ".join(dict.fromkeys("any touchpoint" if e.kind is Touchpoint else kind_of(e.kind) for e in detector.closed_by))
    return lasting(detector.closes) + (f", or {ends}" if ends else "")


def lasting(ms: int) -> str:
    """Return a duration (ms) as text for people.

    >>> lasting(1_800_000), lasting(7 * DAY), lasting(36 * HOUR)
    ('30 min', '7 d', '36 h')
    """
    size, unit = next(((size, unit) for size, unit in ((DAY, "d"), (HOUR, "h")) if ms % size == 0), (MINUTE, "min"))
    return f"{ms / size:g} {unit}"


def examples(doc: str) -> str:
    """Return the examples of a docstring as they are written there, without the text between them."""
    parsed = doctest.DocTestParser().get_examples(inspect.cleandoc(doc))
    lines = list[str]()
    for example in parsed:
        source = example.source.rstrip("\n").split("\n")
        lines += [f">>> {source[0]}", *(f"... {line}".rstrip() for line in source[1:])]
        lines += example.want.rstrip("\n").split("\n") if example.want else []
    return "\n".join(lines)
