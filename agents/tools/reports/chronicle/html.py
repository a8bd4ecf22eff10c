"""A customer's timeline as HTML: one list item an entry, with its reasons below it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from agents.tools.reports.chronicle.entries import Entry
from agents.tools.reports.chronicle.folding import folded, summary
from agents.tools.reports.chronicle.saying import Tone
from agents.tools.reports.sheet import rendered
from schemas.writing import rfc3339


class Item(NamedTuple):
    """One item of the list: its time (RFC 3339), what it says and why; `ours` if Sojourn published it."""

    at: str
    words: str
    because: tuple[str, ...] = ()
    tone: Tone = "plain"
    ours: bool = False


def items(entries: Sequence[Entry]) -> list[Item]:
    """Return the list items of these entries. An uneventful stretch is one item."""
    return [_run(part) if isinstance(part, list) else _item(part) for part in folded(entries)]


def html(entries: Sequence[Entry]) -> str:
    """Return these entries as the items of an HTML list."""
    return rendered("story.html", {"items": items(entries)})


def _run(run: list[Entry]) -> Item:
    return Item(rfc3339(run[0].at), summary(run))


def _item(each: Entry) -> Item:
    return Item(rfc3339(each.at), each.saying.words, each.saying.because, each.saying.tone, each.ours)
