"""Purchases in a file, one a row: unlike a journey's counters they have their dates, so a model can be tried on time it has not seen."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from agents.learning.cadence.histories import grouped
from streams.cadence.model import History

EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class Purchases:
    """Days (since 1970-01-01, ascending, each once) on which each customer bought."""

    days: Mapping[str, tuple[int, ...]]

    @property
    def first(self) -> int:
        """The day of the first purchase of all."""
        return min(days[0] for days in self.days.values())

    @property
    def last(self) -> int:
        """The day of the latest."""
        return max(days[-1] for days in self.days.values())

    def until(self, cut: int) -> dict[str, tuple[int, int, int]]:
        """x, t_x and age (days) of each customer who had bought by the end of day `cut`.

        >>> Purchases({"a": (10, 14, 30), "b": (25,)}).until(20)
        {'a': (1, 4, 10)}
        """
        seen = {customer: [day for day in days if day <= cut] for customer, days in self.days.items()}
        return {customer: (len(days) - 1, days[-1] - days[0], cut - days[0]) for customer, days in seen.items() if days}

    def histories(self, cut: int) -> list[History]:
        """Those courses, equal ones together."""
        return grouped(self.until(cut).values())

    def bought(self, customer: str, after: int, until: int) -> int:
        """On how many days after `after`, and no later than `until`, the customer bought."""
        return sum(after < day <= until for day in self.days[customer])


def written(day: int) -> str:
    """A day as people write it.

    >>> written(0)
    '1970-01-01'
    """
    return date.fromordinal(day + EPOCH).isoformat()


def read_purchases(path: Path, customer: str, day: str) -> Purchases:
    """The purchases in a CSV file with a header: `customer` and `day` are its columns, dates are ISO 8601, with or without hyphens.

    Raises ValueError, naming the line, OSError, and LookupError for a column that is not there.
    """
    found: dict[str, set[int]] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        for column in (customer, day):
            if column not in (rows.fieldnames or ()):
                raise LookupError(f"{path.name} has no column {column!r}; it has {', '.join(rows.fieldnames or ())}")
        for name, on in _cells(path, rows, customer, day):
            found.setdefault(name, set()).add(on)
    if not found:
        raise ValueError(f"{path.name} holds no purchase")
    return Purchases({name: tuple(sorted(days)) for name, days in found.items()})


def _cells(path: Path, rows: csv.DictReader[str], customer: str, day: str) -> Iterator[tuple[str, int]]:
    for row in rows:
        text = row[day] or ""
        try:
            yield row[customer], date.fromisoformat(text[:10] if "-" in text else text[:8]).toordinal() - EPOCH
        except ValueError:
            raise ValueError(f"{path.name}:{rows.line_num}: {text!r} is no date; 2026-03-01 or 20260301 is") from None
