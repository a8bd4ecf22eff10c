"""Reads purchases from a file, one a row. Unlike the counters in a journey they have dates, so a model can be tested on later time."""

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
    """The days on which each customer bought: days since 1970-01-01, ascending, each day once."""

    days: Mapping[str, tuple[int, ...]]

    @property
    def first(self) -> int:
        """The day of the earliest purchase of all."""
        return min(days[0] for days in self.days.values())

    @property
    def last(self) -> int:
        """The day of the latest purchase of all."""
        return max(days[-1] for days in self.days.values())

    def until(self, cut: int) -> dict[str, tuple[int, int, int]]:
        """Return x, t_x and age (days) of each customer who had bought by the end of day `cut`.

        >>> Purchases({"a": (10, 14, 30), "b": (25,)}).until(20)
        {'a': (1, 4, 10)}
        """
        seen = {customer: [day for day in days if day <= cut] for customer, days in self.days.items()}
        return {customer: (len(days) - 1, days[-1] - days[0], cut - days[0]) for customer, days in seen.items() if days}

    def histories(self, cut: int) -> list[History]:
        """Return what `until` does as rows for a fit; equal histories are one row."""
        return grouped(self.until(cut).values())

    def bought(self, customer: str, after: int, until: int) -> int:
        """Return on how many days the customer bought, after day `after` and up to day `until`."""
        return sum(after < day <= until for day in self.days[customer])


def written(day: int) -> str:
    """Return a day (since 1970-01-01) as an ISO 8601 date.

    >>> written(0)
    '1970-01-01'
    """
    return date.fromordinal(day + EPOCH).isoformat()


def read_purchases(path: Path, customer: str, day: str) -> Purchases:
    """Return the purchases in a CSV file with a header. `customer` and `day` name its columns.

    Dates are ISO 8601, with or without hyphens; a time of day after the date is ignored. Raises ValueError, with the line, if a date cannot
    be read. Raises ValueError if there is no purchase, LookupError if a column is missing, and OSError.
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
