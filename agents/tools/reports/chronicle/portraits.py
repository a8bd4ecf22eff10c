"""Words for records about a customer's profile: motive, tier, personas, and how we met their expectations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from agents.tools.reports.chronicle.reasons import span
from agents.tools.reports.chronicle.saying import Saying, evidence_of
from schemas.currencies import in_words
from schemas.outputs import Output
from schemas.outputs.transitions import GapMeasured, MotiveInferred, PersonaEntered, PersonaLeft, SacrificeMeasured, TierEntered

BASIS = {"stated": "as they said", "promised": "as we promised", "experienced": "as they were used to"}


def _say_motive(record: MotiveInferred) -> Saying:
    before = f", before {_plain(record.left)}" if record.left else ""
    words = (
        f"buys by {_plain(record.motive)} ({record.share:.0%} of purchases){before}" if record.motive else f"no motive stands out{before}"
    )
    return Saying(words, (evidence_of(record.evidence),), "moved")


def _say_tier(record: TierEntered) -> Saying:
    before = f", before {record.left}" if record.left else ""
    return Saying(
        f"stands in the {record.tier} tier of customers{before}", (f"has brought {in_words(record.past, record.currency)}",), "moved"
    )


def _say_persona_entered(record: PersonaEntered) -> Saying:
    return Saying(f"has become one of {_plain(record.persona)}", tone="moved")


def _say_persona_left(record: PersonaLeft) -> Saying:
    return Saying(f"is no longer one of {_plain(record.persona)}, after {span(record.dwell_s)}", tone="moved")


def _say_gap(record: GapMeasured) -> Saying:
    how = "fell short of" if record.gap < 0 else "exceeded"
    against = f"expected {record.expected:.0%} {BASIS[record.basis]}, found {record.perceived:.0%}; a {record.sort} dimension"
    return Saying(
        f"{record.dimension} {how} what was expected", (against, evidence_of(record.evidence)), "bad" if record.gap < 0 else "good"
    )


def _say_sacrifice(record: SacrificeMeasured) -> Saying:
    against = f"wanted {record.wanted:.0%}, settled for {record.settled:.0%}"
    return Saying(f"settled for less than wanted: {record.dimension}", (against, evidence_of(record.evidence)), "bad")


def _plain(name: str) -> str:
    return name.replace("_", " ")


PORTRAITS: dict[type[Output], Callable[[Any], Saying]] = {
    MotiveInferred: _say_motive, PersonaEntered: _say_persona_entered, PersonaLeft: _say_persona_left, GapMeasured: _say_gap,
    SacrificeMeasured: _say_sacrifice, TierEntered: _say_tier,
}  # fmt: skip
