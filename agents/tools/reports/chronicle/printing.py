"""A chronicle on a terminal: a line an entry, its reasons below it, uneventful stretches in one line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

from agents.tools.reports.chronicle.entries import Entry
from agents.tools.reports.chronicle.folding import folded, summary
from schemas.writing import rfc3339

if TYPE_CHECKING:
    from rich.console import Console

STYLES = {"plain": "", "good": "green", "bad": "red", "moved": "cyan", "decided": "blue"}
MARKS = {"plain": "·", "good": "▲", "bad": "▼", "moved": "→", "decided": "◆"}
INDENT = 20


def show(console: Console, entries: Sequence[Entry], *, every: bool = False, most: int | None = None) -> None:
    """Print the chronicle; with `every`, each touchpoint has a line of its own; at most `most` reasons of an entry, all unless given."""
    for part in folded(entries, keep=len(entries) if every else 2):
        if isinstance(part, list):
            console.print(Text.assemble((_when(part[0]), "dim"), "  · ", summary(part)))
        else:
            console.print(_line(part))
            _reasons(console, part.saying.because if part.ours else (), most)


def _reasons(console: Console, because: Sequence[str], most: int | None) -> None:
    for reason in because[:most]:
        console.print(Padding(Text(reason, "dim"), (0, 0, 0, INDENT), expand=False))
    if most is not None and len(because) > most:
        console.print(Padding(Text(f"and {len(because) - most} more", "dim italic"), (0, 0, 0, INDENT), expand=False))


def _line(each: Entry) -> Text:
    style = STYLES[each.saying.tone]
    return Text.assemble(
        (_when(each), "dim"), (f"  {MARKS[each.saying.tone]} ", style), (each.saying.words, f"{style} bold" if each.ours else "")
    )


def _when(each: Entry) -> str:
    return rfc3339(each.at)[:16].replace("T", " ")


def standing(entries: Sequence[Entry]) -> Iterator[str]:
    """Where the customer stands now, a line a fact: from the newest record that says so."""
    newest = {each.what: each for each in entries}
    for what, words in (("stage_entered", "stage"), ("phase_entered", "phase"), ("rung_entered", "rung"), ("risk_changed", "band")):
        if what in newest:
            yield f"{words} {getattr(newest[what].record, words)}, since {rfc3339(newest[what].at)[:10]}"
