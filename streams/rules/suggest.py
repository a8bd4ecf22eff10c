"""Suggestions for misspelt names."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

FEW = 24  # the most names that are worth listing


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return a text with the nearest known name. If none is near and there are few, return all of them; else an empty text.

    >>> suggestion("rage_clik", ["rage_click", "dead_click"]), suggestion("?", ["b", "a"]), suggestion("?", map(str, range(99)))
    ("did you mean 'rage_click'?", 'there are a, b', '')
    """
    names = sorted(set(known))
    if near := get_close_matches(name, names, 1, 0.6):
        return f"did you mean {near[0]!r}?"
    return f"there are {', '.join(names)}" if 0 < len(names) <= FEW else ""
