"""Shortens a timeline: touchpoints in a row become one line if nothing was noticed between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import TypeAlias

from agents.tools.reports.chronicle.entries import Entry
from agents.tools.reports.chronicle.money import sums
from schemas.outputs.signals import FrictionRepeated
from schemas.touchpoints.base import Touchpoint
from schemas.writing import rfc3339

KEPT = 2  # so many touchpoints in a row still have a line each


Part: TypeAlias = Entry | list[Entry]
"""What one line shows: an entry, or a run of entries in one sentence."""


def folded(entries: Sequence[Entry], keep: int = KEPT) -> list[Part]:
    """Return the same entries in the same order. A run of more than `keep` touchpoints of one kind becomes a list.

    So does a burst: the touchpoints that repeat one friction, with what was published of each repetition.

    >>> from agents.tools.reports.chronicle.entries import chronicle
    >>> from streams.story import story
    >>> visits = "".join(f"{day}d store purchase_made till-4 receipt=r{day} value=1250\\n" for day in range(5))
    >>> [len(run) for run in folded(chronicle(story(visits), []))]
    [5]
    """
    repeats = {each.record.caused_by: each.record.signal for each in entries if isinstance(each.record, FrictionRepeated)}

    def alike(each: Entry) -> str | None:
        if isinstance(each.record, FrictionRepeated):
            return f"again {each.record.signal}"
        if not isinstance(each.record, Touchpoint):
            return None
        signal = repeats.get(each.record.id)
        return each.what if signal is None else f"again {signal}"

    return _group_alike(entries, alike, keep)


def condensed(entries: Sequence[Entry], keep: int = KEPT) -> list[Part]:
    """Return the same entries in the same order, in fewer parts. A run of more than `keep` plain entries of any kinds becomes a list.

    >>> from agents.tools.reports.chronicle.entries import chronicle
    >>> from streams.story import story
    >>> visit = "0 web page_viewed / page=/\\n1m web page_viewed /shop page=/shop\\n2m web cart_updated /cart cart=k1 items=2"
    >>> [summary(run) for run in condensed(chronicle(story(visit), []))]
    ['3 entries: 2 × page viewed, cart updated, until 08:02']
    """
    return _group_alike(entries, lambda each: "plain" if each.saying.tone == "plain" else None, keep)


def _group_alike(entries: Sequence[Entry], alike: Callable[[Entry], str | None], keep: int) -> list[Part]:
    """Return the entries, with each run of more than `keep` as a list. A run: `alike` gives the same for all, and not None."""
    found: list[Part] = []
    for what, run in groupby(entries, key=alike):
        together = list(run)
        if what is None or len(together) <= keep:
            found += together
        else:
            found.append(together)
    return found


def summary(run: Sequence[Entry]) -> str:
    """Return a run as one sentence: how many entries of which kinds, and until when. If all are of one kind, also their money in all.

    Repetitions are named apart, and no count or sum has them.
    """
    if burst := [each.record for each in run if isinstance(each.record, FrictionRepeated)]:
        told = _sum([each for each in run if not each.ours], worth=False)
        return f"friction {burst[-1].detector} again, {burst[-1].count} times now: {told}"
    counted = [each for each in run if not each.again]
    if not counted:
        return f"again: {_sum(run, worth=False)}"
    set_back = sum(each.ahead > 0 for each in counted) if len(counted) > 1 else 0
    words = _sum(counted) if len(counted) > 1 else counted[0].saying.words
    late = f", {set_back} with their time set back to their arrival" if set_back else ""
    return f"{words}{late}{f', and {len(run) - len(counted)} told again' if len(counted) < len(run) else ''}"


def _sum(run: Sequence[Entry], *, worth: bool = True) -> str:
    kinds = Counter(each.what.replace("_", " ") for each in run)
    first, last = rfc3339(run[0].at), rfc3339(run[-1].at)
    until = f"until {last[11:16] if last[:10] == first[:10] else last[:10]}"
    if len(kinds) > 1:
        counted = ", ".join(f"{count} × {kind}" if count > 1 else kind for kind, count in kinds.most_common())
        return f"{len(run)} entries: {counted}, {until}"
    spent = sums(run) if worth else ""
    return f"{len(run)} × {next(iter(kinds))}, {until}{f', {spent} together' if spent else ''}"
