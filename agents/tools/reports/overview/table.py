"""A table of the overview, and a rate as it stands in one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from schemas.outputs.figures import Share


class Table(NamedTuple):
    """A table of texts. `nothing` is shown if there is no row."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    nothing: str
    by_weight: tuple[str, ...] = ()  # columns, the most important first, for narrow terminals; empty: the order of `columns`
    keys: int = 1  # so many of the first columns say what a row is about


def rate(found: Share | None) -> str:
    """Return a rate as text with its interval; `-` if nothing was counted for it.

    >>> from streams.insights.intervals import share_of
    >>> rate(share_of(81, 263)), rate(None)
    ('30.8% (25.5-36.6)', '-')
    """
    return f"{found.rate:.1%} ({100 * found.low:.1f}-{100 * found.high:.1f})" if found and found.of else "-"
