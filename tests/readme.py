"""The README's tables come from the registries: `make golden` rewrites them, a test holds them equal."""

from __future__ import annotations

import re
from pathlib import Path

from schemas.topics import markdown_table
from streams.detectors import Detector, Risk
from streams.registry import registry
from streams.rules import Rules
from tests import formats, frictions

README = Path(__file__).parent.parent / "README.md"
BLOCK = re.compile(r"(<!-- (\w+): generated -->\n).*?(<!-- end -->)", re.DOTALL)


def churn() -> str:
    """The table of churn signals."""
    head = "| name | fires when | limits | weight |\n|---|---|---|---|\n"
    return head + "".join(f"{churn_row(d, d.risk)}\n" for d in registry() if d.risk)


def churn_row(detector: Detector, risk: Risk) -> str:
    """One churn signal as a table row: name, what is true when it fires, its limits, what it adds to the risk."""
    first = detector.doc.strip().splitlines()[0].rstrip(".")
    limits = ", ".join(f"{name} {value:g}" for name, value in detector.limits.items()) or "-"
    return f"| `{detector.name}` | {first} | {limits} | {risk.family} {risk.weight:+g}, half-life {risk.half_life_days:g} d |"


def offers() -> str:
    """The table of the default catalogue."""
    head = "| offer | family | lever | channels | audience |\n|---|---|---|---|---|\n"
    rows = (f"| `{o.name}` | {o.family} | {o.lever} | {', '.join(o.channels)} | `{o.audience}` |" for o in Rules().offers)
    return head + "\n".join(rows) + "\n"


def generated() -> dict[str, str]:
    """Every generated block by name."""
    return formats.tables() | {
        "topics": markdown_table().rstrip() + "\n",
        "friction": frictions.table(),
        "churn": churn(),
        "offers": offers(),
    }


def renewed(text: str) -> str:
    """The text with its generated blocks made anew; an unknown block is an error."""
    blocks = generated()
    return BLOCK.sub(lambda m: m[1] + blocks[m[2]] + m[3], text)
