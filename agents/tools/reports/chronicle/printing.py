"""Prints a timeline on a terminal, whole or one screen of it. An entry has one line, with its reasons below. A run has one line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.padding import Padding

from agents.tools.reports.chronicle.entries import Entry
from agents.tools.reports.chronicle.folding import Part, condensed, folded, summary
from agents.tools.reports.chronicle.joining import going_on
from agents.tools.reports.chronicle.money import bought
from agents.tools.reports.terminal import Terminal, styled
from schemas.control import JourneyLinked
from schemas.writing import rfc3339

if TYPE_CHECKING:
    from rich.text import Text

STYLES = {"plain": "", "good": "green", "bad": "red", "moved": "cyan", "decided": "blue"}
MARKS = {"plain": "·", "good": "▲", "bad": "▼", "moved": "→", "decided": "◆"}
INDENT, NARROW = 20, 8  # columns before a reason; where each entry has one line of reasons
REASONS = 2  # reasons of an entry, on one screen
LEAST = 15  # a screen counts as at least so many lines
ZONE = " (times are UTC)"
AROUND = 4  # lines of a screen for what is above the entries, and for the prompt


def tell(console: Terminal, customer: str, entries: Sequence[Entry], *, whole: bool, every: bool) -> None:
    """Print the customer's current state and the zone of all times, and below it the timeline: all of it (`whole`), or one screen."""
    state = "; ".join(standing(entries)) or "nothing noticed yet"
    console.print(styled((customer, "bold"), f": {state}", (ZONE, "dim")), soft_wrap=True)
    if whole:
        show(console, entries, every=every)
    else:
        show_newest(console, entries)


def show(console: Terminal, entries: Sequence[Entry], *, every: bool = False, most: int | None = None) -> None:
    """Print the timeline. With `every`, each touchpoint has a line of its own. `most` limits the reasons of an entry; None: all."""
    for part in folded(entries, keep=len(entries) if every else 2):
        console.print(_line(part))
        _print_reasons(console, _reasons_of(part), most)


def show_newest(console: Terminal, entries: Sequence[Entry]) -> int:
    """Print one screen: the newest entries, the latest decision, and above them how many are left out. Return that number.

    A timeline that fits on one screen is printed whole. Otherwise an entry has two reasons at most, and long lines are cut.
    """
    room = max(console.height, LEAST) - AROUND
    with console.capture() as captured:
        show(console, entries)
    if captured.get().count("\n") <= room:
        show(console, entries)
        return 0
    chosen = _choose_parts(condensed(entries), room)
    left_out = len(entries) - sum(len(part) if isinstance(part, list) else 1 for part in chosen)
    console.print(f"{left_out:,} of {len(entries):,} entries are left out: --all shows the whole story", style="italic")
    for part in chosen:
        for line in (_line(part), *(styled((" " * INDENT + reason, "dim")) for reason in _first_reasons(part))):
            console.print(line, no_wrap=True, overflow="ellipsis")
    return left_out


def show_first(console: Terminal, parts: Sequence[Part], room: int) -> None:
    """Print these parts of a timeline in at most `room` lines: what Sojourn noticed has a reason, and long lines are cut."""
    for part in parts:
        told = [_line(part), *(styled((" " * NARROW + reason, "dim")) for reason in _first_reasons(part)[:1])]
        room -= len(told)
        if room < 0:
            return
        for line in told:
            console.print(line, no_wrap=True, overflow="ellipsis")


def _choose_parts(parts: Sequence[Part], room: int) -> list[Part]:
    """Return the parts that fit into `room` lines, in their order. The latest decision goes first, then the newest parts."""
    latest = [number for number, part in enumerate(parts) if isinstance(part, Entry) and part.what == "decision_made"][-1:]
    chosen = set[int]()
    for number in dict.fromkeys((*latest, *reversed(range(len(parts))))):
        room -= 1 + len(_first_reasons(parts[number]))
        if room < 0:
            break
        chosen.add(number)
    return [parts[number] for number in sorted(chosen)]


def _first_reasons(part: Part) -> list[str]:
    """Return the first reasons of a part, none for a plain one. Ids of evidence are left out: they say nothing to a person."""
    if isinstance(part, list) or part.saying.tone == "plain":
        return []
    return [reason for reason in _reasons_of(part) if not reason.startswith("evidence: ")][:REASONS]


def _reasons_of(part: Part) -> Sequence[str]:
    return part.saying.because if isinstance(part, Entry) and part.ours else ()


def _print_reasons(console: Terminal, because: Sequence[str], most: int | None) -> None:
    for reason in because[:most]:
        console.print(Padding(styled((reason, "dim")), (0, 0, 0, INDENT), expand=False))
    if most is not None and len(because) > most:
        console.print(Padding(styled((f"and {len(because) - most} more", "dim italic")), (0, 0, 0, INDENT), expand=False))


def _line(part: Part) -> Text:
    if isinstance(part, list):
        return styled((_when(part[0]), "dim"), "  · ", summary(part))
    style = STYLES[part.saying.tone]
    weight = f"{style} bold" if part.ours else "dim" if part.again else ""
    return styled(
        (_when(part), "dim"),
        (f"  {MARKS[part.saying.tone]} ", style),
        (part.saying.words, weight),
    )


def _when(each: Entry) -> str:
    return rfc3339(each.at)[:16].replace("T", " ")


def standing(entries: Sequence[Entry]) -> Iterator[str]:
    """Yield the customer's current stage, phase, loyalty level and band; what they bought for; and where the journey goes on."""
    newest = {each.what: each for each in entries}
    for what, words in (("stage_entered", "stage"), ("phase_entered", "phase"), ("rung_entered", "rung"), ("risk_changed", "band")):
        if what in newest:
            yield f"{words} {getattr(newest[what].record, words)}, since {rfc3339(newest[what].at)[:10]}"
    yield from bought(entries)
    if onwards := going_on(each.record for each in entries if isinstance(each.record, JourneyLinked)):
        yield onwards
