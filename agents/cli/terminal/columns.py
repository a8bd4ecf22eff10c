"""Chooses the columns of a table that there is room for: in a terminal the most important ones, in a pipe all of them in parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

GAP = 2  # blanks between two columns
WRAPS = 30  # characters; a column of longer texts may be made so narrow, and then wraps


class Fit(NamedTuple):
    """The numbers of the columns that are shown, and of those that are not, both in the table's order."""

    shown: tuple[int, ...]
    left_out: tuple[int, ...]


def fitting(columns: Sequence[str], rows: Sequence[Sequence[str]], by_weight: Sequence[str], width: int) -> Fit:
    """Return the columns that fit in `width` characters. `by_weight` names them, the most important first.

    A column that does not fit is skipped, and a less important one that fits is taken. If not all fit, a column with `-` in every row is
    left out too. The most important column is always shown.

    >>> rows = [("/checkout", "15.5% (13.5-17.7)", "shop"), ("/cart", "0.0% (0.0-0.7)", "care")]
    >>> fitting(("place", "frictions", "owner"), rows, ("place", "frictions", "owner"), 17)
    Fit(shown=(0, 2), left_out=(1,))
    """
    needs = _needs(columns, rows)
    every = range(len(columns))
    if sum(needs) - GAP <= width:
        return Fit(tuple(every), ())
    shown, room = list[int](), width + GAP
    for number in map(columns.index, by_weight):
        if not shown or (needs[number] <= room and any(row[number] != "-" for row in rows)):
            shown.append(number)
            room -= needs[number]
    return Fit(tuple(sorted(shown)), tuple(sorted(set(every) - set(shown))))


def parts(columns: Sequence[str], rows: Sequence[Sequence[str]], keys: int, width: int) -> list[tuple[int, ...]]:
    """Return the columns in parts, each of which fits in `width` characters. Every part begins with the first `keys` columns.

    Each other column goes to the first part that has room for it.

    >>> rows = [("/checkout", "15.5% (13.5-17.7)", "shop"), ("/cart", "0.0% (0.0-0.7)", "care")]
    >>> parts(("place", "frictions", "owner"), rows, 1, 30), parts(("place", "frictions", "owner"), rows, 1, 80)
    ([(0, 1), (0, 2)], [(0, 1, 2)])
    """
    needs, first = _needs(columns, rows), tuple(range(keys))
    found = list[tuple[int, ...]]()
    for number in range(keys, len(columns)):
        roomy = (at for at, part in enumerate(found) if sum(needs[each] for each in (*part, number)) - GAP <= width)
        if (at := next(roomy, None)) is None:
            found.append((*first, number))
        else:
            found[at] = (*found[at], number)
    return found or [first]


def _needs(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    """Return how many characters each column takes at least, with the gap behind it."""
    return [min(natural(name, [row[at] for row in rows]), max(WRAPS, len(name))) + GAP for at, name in enumerate(columns)]


def natural(column: str, cells: Sequence[str]) -> int:
    """Return how many characters wide a column is if nothing is cut."""
    return max(map(len, (column, *cells)))
