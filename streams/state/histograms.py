"""The histogram of a metric's values in bounded space: count, sums, and buckets on a logarithmic scale. Two histograms merge exactly."""

from __future__ import annotations

import math
from collections.abc import Iterable

import msgspec

BUCKETS = 8  # per factor of ten: the error of a quantile is at most a sixth


class Histogram(msgspec.Struct, array_like=True):
    """The distribution of a metric's values: count, sum, sum of squares, and counts per bucket of a logarithmic scale."""

    count: int = 0
    total: float = 0.0
    squares: float = 0.0
    buckets: dict[int, int] = {}

    def add(self, value: float) -> None:
        """Count one value of any size or sign."""
        add_to((self,), value)

    def merge(self, other: Histogram) -> None:
        """Add everything that the other histogram has counted."""
        self.count += other.count
        self.total += other.total
        self.squares += other.squares
        for bucket, count in other.buckets.items():
            self.buckets[bucket] = self.buckets.get(bucket, 0) + count


def add_to(histograms: Iterable[Histogram], value: float) -> None:
    """Count one value in each of these."""
    bucket, square = bucket_of(value), value * value
    for histogram in histograms:
        histogram.count += 1
        histogram.total += value
        histogram.squares += square
        histogram.buckets[bucket] = histogram.buckets.get(bucket, 0) + 1


def bucket_of(value: float) -> int:
    """Return the bucket of a value on the logarithmic scale: 0 for zero, a negative number for negative values.

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


def quantile(histogram: Histogram, share: float) -> float:
    """Return the value that a share (0..1) of all values do not exceed. It is exact to within one bucket (a factor of 1.33).

    >>> histogram = Histogram()
    >>> for value in (1, 2, 3, 100): histogram.add(value)
    >>> round(quantile(histogram, 0.5), 1)
    2.1
    """
    wanted, seen = share * histogram.count, 0
    for bucket in sorted(histogram.buckets):
        seen += histogram.buckets[bucket]
        if seen >= wanted:
            return _middle(bucket)
    return 0.0
