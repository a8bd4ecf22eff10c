"""A chronicle short enough to read: stretches in which touchpoints came and nothing was noticed become one line."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from agents.tools.reports.chronicle.entries import Entry
from schemas.writing import rfc3339

KEPT = 2  # touchpoints in a row that are still told one by one


def folded(entries: Sequence[Entry], keep: int = KEPT) -> list[Entry | list[Entry]]:
    """The same entries in the same order; runs of more than `keep` touchpoints of one kind as a list.

    >>> from agents.tools.reports.chronicle.entries import chronicle
    >>> from streams.story import story
    >>> visits = "".join(f"{day}d store purchase_made till-4 receipt=r{day} value=1250\\n" for day in range(5))
    >>> [len(run) for run in folded(chronicle(story(visits), []))]
    [5]
    """
    found: list[Entry | list[Entry]] = []
    for (ours, _), run in groupby(entries, key=lambda e: (e.ours, None if e.ours else e.what)):
        together = list(run)
        if ours or len(together) <= keep:
            found += together
        else:
            found.append(together)
    return found


def summary(run: Sequence[Entry]) -> str:
    """A run of touchpoints of one kind in one sentence: how many, until when, what they add up to."""
    kind = run[0].what.replace("_", " ")
    spent = sum(getattr(each.record, "value", 0) or 0 for each in run)
    currency = next((c for each in run if (c := getattr(each.record, "currency", ""))), "")
    worth = f", {spent / 100:,.2f} {currency} together".rstrip() if spent else ""
    return f"{len(run)} × {kind}, until {rfc3339(run[-1].at)[:10]}{worth}"
