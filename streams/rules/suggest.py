"""What a misspelt name may have meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

FEW = 24  # names that one reads through


def meant(name: str, known: Iterable[str]) -> str:
    """The name that is nearest; where none is near and there are few, what there is.

    >>> meant("rage_clik", ["rage_click", "dead_click"]), meant("?", ["b", "a"]), meant("?", map(str, range(99)))
    ("did you mean 'rage_click'?", 'there are a, b', '')
    """
    names = sorted(set(known))
    if near := get_close_matches(name, names, 1, 0.6):
        return f"did you mean {near[0]!r}?"
    return f"there are {', '.join(names)}" if 0 < len(names) <= FEW else ""
