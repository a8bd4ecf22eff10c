"""A chronicle on a terminal: a line an entry, its reasons below it, uneventful stretches in one line. All of it, or one screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

from agents.tools.reports.chronicle.entries import Entry
from agents.tools.reports.chronicle.folding import Part, condensed, folded, summary
from schemas.writing import rfc3339

if TYPE_CHECKING:
    from rich.console import Console

STYLES = {"plain": "", "good": "green", "bad": "red", "moved": "cyan", "decided": "blue"}
MARKS = {"plain": "·", "good": "▲", "bad": "▼", "moved": "→", "decided": "◆"}
INDENT = 20
REASONS = 2  # of an entry, on one screen
LEAST = 15  # lines of a screen, at least
AROUND = 4  # lines of a screen for what stands above the entries, and for the prompt


def tell(console: Console, customer: str, entries: Sequence[Entry], *, whole: bool, every: bool) -> None:
    """Print where the customer stands, and below it the chronicle: the whole of it, or one screen."""
    console.print(f"[bold]{customer}[/]: {'; '.join(standing(entries)) or 'nothing noticed yet'}")
    if whole:
        show(console, entries, every=every)
    else:
        show_newest(console, entries)


def show(console: Console, entries: Sequence[Entry], *, every: bool = False, most: int | None = None) -> None:
    """Print the chronicle; with `every`, each touchpoint has a line of its own; at most `most` reasons of an entry, all unless given."""
    for part in folded(entries, keep=len(entries) if every else 2):
        console.print(_line(part))
        _reasons(console, _because(part), most)


def show_newest(console: Console, entries: Sequence[Entry]) -> int:
    """Print one screen: the newest entries, the latest decision, and above them how many are left out. Returns that number.

    A chronicle that fits as a whole is printed as a whole. Otherwise an entry has two reasons at most, and what is too long for a line is
    cut.
    """
    room = max(console.height, LEAST) - AROUND
    with console.capture() as captured:
        show(console, entries)
    if captured.get().count("\n") <= room:
        show(console, entries)
        return 0
    chosen = _chosen(condensed(entries), room)
    left_out = len(entries) - sum(len(part) if isinstance(part, list) else 1 for part in chosen)
    console.print(Text(f"{left_out:,} of {len(entries):,} entries are left out: --all shows the whole story", "italic"))
    for part in chosen:
        for line in (_line(part), *(Text(" " * INDENT + reason, "dim") for reason in _briefly(part))):
            console.print(line, no_wrap=True, overflow="ellipsis")
    return left_out


def _chosen(parts: Sequence[Part], room: int) -> list[Part]:
    """The parts that so many lines have room for, in their order: the latest decision, then the newest."""
    latest = [number for number, part in enumerate(parts) if isinstance(part, Entry) and part.what == "decision_made"][-1:]
    chosen = set[int]()
    for number in dict.fromkeys((*latest, *reversed(range(len(parts))))):
        room -= 1 + len(_briefly(parts[number]))
        if room < 0:
            break
        chosen.add(number)
    return [parts[number] for number in sorted(chosen)]


def _briefly(part: Part) -> list[str]:
    """The first reasons of what matters; ids of evidence say nothing to a person."""
    if isinstance(part, list) or part.saying.tone == "plain":
        return []
    return [reason for reason in _because(part) if not reason.startswith("evidence: ")][:REASONS]


def _because(part: Part) -> Sequence[str]:
    return part.saying.because if isinstance(part, Entry) and part.ours else ()


def _reasons(console: Console, because: Sequence[str], most: int | None) -> None:
    for reason in because[:most]:
        console.print(Padding(Text(reason, "dim"), (0, 0, 0, INDENT), expand=False))
    if most is not None and len(because) > most:
        console.print(Padding(Text(f"and {len(because) - most} more", "dim italic"), (0, 0, 0, INDENT), expand=False))


def _line(part: Part) -> Text:
    if isinstance(part, list):
        return Text.assemble((_when(part[0]), "dim"), "  · ", summary(part))
    style = STYLES[part.saying.tone]
    return Text.assemble(
        (_when(part), "dim"), (f"  {MARKS[part.saying.tone]} ", style), (part.saying.words, f"{style} bold" if part.ours else "")
    )


def _when(each: Entry) -> str:
    return rfc3339(each.at)[:16].replace("T", " ")


def standing(entries: Sequence[Entry]) -> Iterator[str]:
    """Where the customer stands now, a line a fact: from the newest record that says so."""
    newest = {each.what: each for each in entries}
    for what, words in (("stage_entered", "stage"), ("phase_entered", "phase"), ("rung_entered", "rung"), ("risk_changed", "band")):
        if what in newest:
            yield f"{words} {getattr(newest[what].record, words)}, since {rfc3339(newest[what].at)[:10]}"
