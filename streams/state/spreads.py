"""How values are spread, in bounded space: count, sums, and a histogram on a logarithmic scale. Two of them add up exactly."""

from __future__ import annotations

import math

import msgspec

BUCKETS = 8  # per factor of ten: a quantile is off by at most a sixth


class Histogram(msgspec.Struct, array_like=True):
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

    def merge(self, other: Histogram) -> None:
        """All values of the other one as well."""
        self.count += other.count
        self.total += other.total
        self.squares += other.squares
        for bucket, count in other.buckets.items():
            self.buckets[bucket] = self.buckets.get(bucket, 0) + count


def bucket_of(value: float) -> int:
    """The place of a value on the logarithmic scale: 0 for nothing, negative for negative values.

    >>> bucket_of(0), bucket_of(1.0), bucket_of(10.0), bucket_of(-10.0), bucket_of(0.0001)
    (0, 41, 49, -49, 9)
    """
    if not value:
        return 0
    place = int(math.log10(value if value > 0 else -value) * BUCKETS + 41)
    if not 0 < place < 162:
        place = 1 if place < 1 else 161
    return place if value > 0 else -place


def _middle(bucket: int) -> float:
    return math.copysign(10 ** ((abs(bucket) - 40.5) / BUCKETS), bucket) if bucket else 0.0


def quantile(spread: Histogram, share: float) -> float:
    """The value that a share (0..1) of all do not exceed, to within a bucket (a factor of 1.33).

    >>> spread = Histogram()
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
