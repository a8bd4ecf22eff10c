"""The README's tables come from the registries: `make golden` rewrites them, a test holds them equal."""

from __future__ import annotations

import re
from pathlib import Path

from schemas.topics import markdown_table
from streams.detectors import Detector, Risk
from streams.detectors.registry import registry
from streams.rules import Rules
from tests import formats, frictions

README = Path(__file__).parent.parent / "README.md"
BLOCK = re.compile(r"(<!-- (\w+): generated -->\n).*?(<!-- end -->)", re.DOTALL)


SIGNALS = (
    "quiet_week", "quiet_month", "dormant", "purchase_overdue", "probably_gone", "channel_closed", "cancelled", "trial_ended_unconverted",
    "stopped_doing", "core_use_fell", "all_use_fell", "weekly_decline", "breadth_lost", "champion_left", "reviews_skipped",
    "onboarding_missed", "support_spike", "first_contact_failed", "effortful", "detractor_or_drop", "complaint_unresolved",
    "involuntary_risk", "paying_late", "promise_broken", "returns_rising", "unsubscribed", "left_a_relationship", "cancel_intent",
    "contract_ending", "downgraded", "checkout_ratio_fell",
)  # fmt: skip
"""C01 to C31, in the design's order."""


def churn() -> str:
    """The table of churn signals."""
    found = {d.name: (d, d.risk) for d in registry() if d.risk}
    head = "| # | name | fires when | limits | weight |\n|---|---|---|---|---|\n"
    rows = [f"| C{number:02} {churn_row(*found.pop(name))}" for number, name in enumerate(SIGNALS, 1)]
    if found:
        raise LookupError(f"churn signals without a number in the README: {', '.join(found)}")
    return head + "".join(f"{row}\n" for row in rows)


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
