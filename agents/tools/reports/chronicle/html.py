"""A chronicle as HTML: one list item an entry, its reasons below it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from agents.tools.reports.chronicle.entries import Entry
from agents.tools.reports.chronicle.folding import folded, summary
from schemas.writing import rfc3339

MANY = 3  # reasons that are shown at once; more wait behind a click


def items(entries: Sequence[Entry]) -> str:
    """The list items of this chronicle; uneventful stretches are one item."""
    return "\n".join(_run(part) if isinstance(part, list) else _item(part) for part in folded(entries))


def _run(run: list[Entry]) -> str:
    return f'<li class="plain">{_time(run[0])}{escape(summary(run))}</li>'


def _item(each: Entry) -> str:
    said = each.saying
    words = f'<span class="ours">{escape(said.words)}</span>' if each.ours else escape(said.words)
    return f'<li class="{said.tone}">{_time(each)}{words}{_reasons(said.because)}</li>'


def _reasons(because: Sequence[str]) -> str:
    if not because:
        return ""
    lines = "<ul>" + "".join(f"<li>{escape(reason)}</li>" for reason in because) + "</ul>"
    return lines if len(because) <= MANY else f"<details><summary>{escape(because[0])}</summary>{lines}</details>"


def _time(each: Entry) -> str:
    at = rfc3339(each.at)
    return f'<time datetime="{at}">{at[:10]} {at[11:16]}</time>'
