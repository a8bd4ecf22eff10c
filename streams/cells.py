"""Cells: what is counted over customers, in one partition, cumulative since the beginning.

A cell is a row of the ledger beside the journeys, written with them in one transaction, and always whole: whoever adds up the newest of
each partition's cells counts nothing twice and misses nothing, however often a worker died on the way. They are bounded: a partition
knows so many places and norms, everything else is `other`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import msgspec

OTHER = "other"
KNOWN = 400  # names of one sort that a partition's cells tell apart
NAME = 120  # characters of a place's name that tell it apart
BUCKETS = 8  # per factor of ten: a quantile is off by at most a sixth

Key = tuple[str, ...]  # the sort of cell, then what it is about; the last is a name


class Spread(msgspec.Struct, array_like=True):
    """How values are spread: count, sum, sum of squares, and a histogram on a logarithmic scale."""

    count: int = 0
    total: float = 0.0
    squares: float = 0.0
    buckets: dict[int, int] = {}

    def add(self, value: float) -> None:
        """One more value, of any size or sign."""
        self.count += 1
        self.total += value
        self.squares += value * value
        bucket = bucket_of(value)
        self.buckets[bucket] = self.buckets.get(bucket, 0) + 1

    def merge(self, other: Spread) -> None:
        """All values of the other one as well."""
        self.count += other.count
        self.total += other.total
        self.squares += other.squares
        for bucket, count in other.buckets.items():
            self.buckets[bucket] = self.buckets.get(bucket, 0) + count


class Cell(msgspec.Struct, array_like=True):
    """Counts and spreads by name."""

    counts: dict[str, int] = {}
    spreads: dict[str, Spread] = {}

    def count(self, name: str, by: int = 1) -> None:
        """So many more of this."""
        self.counts[name] = self.counts.get(name, 0) + by

    def spread(self, name: str, value: float) -> None:
        """One more value of this."""
        if (spread := self.spreads.get(name)) is None:
            spread = self.spreads[name] = Spread()
        spread.add(value)

    def merge(self, other: Cell) -> None:
        """Everything the other one has counted as well."""
        for name, count in other.counts.items():
            self.count(name, count)
        for name, spread in other.spreads.items():
            self.spreads.setdefault(name, Spread()).merge(spread)


_decode = msgspec.msgpack.Decoder(Cell).decode
_decode_key = msgspec.msgpack.Decoder(Key).decode


class Cells:
    """A partition's cells. `changed` are those that the next commit writes.

    >>> cells = Cells()
    >>> cells.at(("place", "web", "/")).count("volume")
    >>> Cells(cells.taken()).rows
    {('place', 'web', '/'): Cell(counts={'volume': 1}, spreads={})}
    """

    __slots__ = ("_names", "changed", "rows")

    def __init__(self, stored: Mapping[bytes, bytes] | None = None) -> None:
        self.rows: dict[Key, Cell] = {key_of(key): _decode(value) for key, value in (stored or {}).items()}
        self.changed: set[Key] = set()
        self._names: dict[Key, set[str]] = {}
        for key in self.rows:
            self._names.setdefault(_sort(key), set()).add(key[-1])

    def at(self, key: Key) -> Cell:
        """The cell with this key, about to be changed; that of `other` where the partition knows too many of its sort."""
        cell = self.rows.get(key)
        if cell is None:
            key = self._bounded(key)
            cell = self.rows.get(key)
            if cell is None:
                cell = self.rows[key] = Cell()
        self.changed.add(key)
        return cell

    def _bounded(self, key: Key) -> Key:
        names, name = self._names.setdefault(_sort(key), set()), key[-1][:NAME]
        if name not in names:
            if len(names) >= KNOWN:
                name = OTHER
            names.add(name)
        return (*key[:-1], name)

    def measure(self, detector: str, key: str, value: float) -> None:
        """One more value towards the norm of a detector."""
        self.at(("norm", detector, key)).spread("value", value)

    def taken(self) -> dict[bytes, bytes]:
        """The changed cells as the ledger stores them; from now on they count as written."""
        changed, self.changed = self.changed, set()
        return {msgspec.msgpack.encode(key): msgspec.msgpack.encode(self.rows[key]) for key in sorted(changed)}


def key_of(stored: bytes) -> Key:
    """The cell's key as stored."""
    return _decode_key(stored)


def _sort(key: Key) -> Key:
    """Cells whose names are bounded together: those of one detector's norm, all places, all paths."""
    return key[:2] if key[0] == "norm" else key[:1]


def bucket_of(value: float) -> int:
    """The place of a value on the logarithmic scale: 0 for nothing, negative for negative values.

    >>> bucket_of(0), bucket_of(1.0), bucket_of(10.0), bucket_of(-10.0), bucket_of(0.0001)
    (0, 41, 49, -49, 9)
    """
    if not value:
        return 0
    place = min(120, max(-40, math.floor(math.log10(abs(value)) * BUCKETS))) + 41
    return place if value > 0 else -place


def _middle(bucket: int) -> float:
    return math.copysign(10 ** ((abs(bucket) - 40.5) / BUCKETS), bucket) if bucket else 0.0


def quantile(spread: Spread, share: float) -> float:
    """The value that a share (0..1) of all do not exceed, to within a bucket (a factor of 1.33).

    >>> spread = Spread()
    >>> for value in (1, 2, 3, 100): spread.add(value)
    >>> round(quantile(spread, 0.5), 1)
    2.1
    """
    wanted, seen = share * spread.count, 0
    for bucket in sorted(spread.buckets):
        seen += spread.buckets[bucket]
        if seen >= wanted:
            return _middle(bucket)
    return 0.0
