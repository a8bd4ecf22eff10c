"""Who a customer is to us, and how we measured up to what they expected, in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from agents.tools.reports.chronicle.reasons import span
from agents.tools.reports.chronicle.saying import Saying, evidence_of
from schemas.outputs import Output
from schemas.transitions import GapMeasured, MotiveInferred, PersonaEntered, PersonaLeft, SacrificeMeasured, TierEntered

BASIS = {"stated": "as they said", "promised": "as we promised", "experienced": "as they were used to"}


def _motive(record: MotiveInferred) -> Saying:
    before = f", before {_plain(record.left)}" if record.left else ""
    words = (
        f"buys by {_plain(record.motive)} ({record.share:.0%} of purchases){before}" if record.motive else f"no motive stands out{before}"
    )
    return Saying(words, (evidence_of(record.evidence),), "moved")


def _tier(record: TierEntered) -> Saying:
    before = f", before {record.left}" if record.left else ""
    return Saying(f"stands in the {record.tier} tier of customers{before}", (f"has brought {record.past / 100:,.2f}",), "moved")


def _entered(record: PersonaEntered) -> Saying:
    return Saying(f"has become one of {_plain(record.persona)}", tone="moved")


def _left(record: PersonaLeft) -> Saying:
    return Saying(f"is no longer one of {_plain(record.persona)}, after {span(record.dwell_s)}", tone="moved")


def _gap(record: GapMeasured) -> Saying:
    how = "fell short of" if record.gap < 0 else "exceeded"
    against = f"expected {record.expected:.0%} {BASIS[record.basis]}, found {record.perceived:.0%}; a {record.sort} dimension"
    return Saying(
        f"{record.dimension} {how} what was expected", (against, evidence_of(record.evidence)), "bad" if record.gap < 0 else "good"
    )


def _sacrifice(record: SacrificeMeasured) -> Saying:
    against = f"wanted {record.wanted:.0%}, settled for {record.settled:.0%}"
    return Saying(f"settled for less than wanted: {record.dimension}", (against, evidence_of(record.evidence)), "bad")


def _plain(name: str) -> str:
    return name.replace("_", " ")


PORTRAITS: dict[type[Output], Callable[[Any], Saying]] = {
    MotiveInferred: _motive, PersonaEntered: _entered, PersonaLeft: _left, GapMeasured: _gap, SacrificeMeasured: _sacrifice,
    TierEntered: _tier,
}  # fmt: skip
