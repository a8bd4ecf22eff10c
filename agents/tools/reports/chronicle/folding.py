"""A chronicle short enough to read: stretches in which touchpoints came and nothing was noticed become one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import TypeAlias

from agents.tools.reports.chronicle.entries import Entry
from schemas.writing import rfc3339

KEPT = 2  # touchpoints in a row that are still told one by one


Part: TypeAlias = Entry | list[Entry]
"""What takes a line of its own: an entry, or a run of them in one sentence."""


def folded(entries: Sequence[Entry], keep: int = KEPT) -> list[Part]:
    """Return the same entries in the same order; runs of more than `keep` touchpoints of one kind as a list.

    >>> from agents.tools.reports.chronicle.entries import chronicle
    >>> from streams.story import story
    >>> visits = "".join(f"{day}d store purchase_made till-4 receipt=r{day} value=1250\\n" for day in range(5))
    >>> [len(run) for run in folded(chronicle(story(visits), []))]
    [5]
    """
    return _together(entries, lambda each: None if each.ours else each.what, keep)


def condensed(entries: Sequence[Entry], keep: int = KEPT) -> list[Part]:
    """Return the same entries in the same order, in fewer parts: also runs of plain entries of several kinds as a list.

    >>> from agents.tools.reports.chronicle.entries import chronicle
    >>> from streams.story import story
    >>> visit = "0 web page_viewed / page=/\\n1m web page_viewed /shop page=/shop\\n2m web cart_updated /cart cart=k1 items=2"
    >>> [summary(run) for run in condensed(chronicle(story(visit), []))]
    ['3 entries: 2 × page viewed, cart updated, until 2026-01-05']
    """
    return _together(entries, lambda each: "plain" if each.saying.tone == "plain" else None, keep)


def _together(entries: Sequence[Entry], alike: Callable[[Entry], str | None], keep: int) -> list[Part]:
    """Runs of entries for which `alike` gives the same; None is alike to nothing."""
    found: list[Part] = []
    for what, run in groupby(entries, key=alike):
        together = list(run)
        if what is None or len(together) <= keep:
            found += together
        else:
            found.append(together)
    return found


def summary(run: Sequence[Entry]) -> str:
    """Return a run in one sentence: how many there were of which kind, until when, and what those of one kind add up to."""
    kinds = Counter(each.what.replace("_", " ") for each in run)
    until = f"until {rfc3339(run[-1].at)[:10]}"
    if len(kinds) > 1:
        counted = ", ".join(f"{count} × {kind}" if count > 1 else kind for kind, count in kinds.most_common())
        return f"{len(run)} entries: {counted}, {until}"
    spent = sum(getattr(each.record, "value", 0) or 0 for each in run)
    currency = next((c for each in run if (c := getattr(each.record, "currency", ""))), "")
    worth = f", {spent / 100:,.2f} {currency} together".rstrip() if spent else ""
    return f"{len(run)} × {next(iter(kinds))}, {until}{worth}"
