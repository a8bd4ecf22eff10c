"""One row of what a partition counts over its customers: counts and histograms by name."""

from __future__ import annotations

import msgspec

from streams.state.histograms import Histogram


class Aggregate(msgspec.Struct, array_like=True):
    """One row: counts and histograms by name."""

    counts: dict[str, int] = {}
    histograms: dict[str, Histogram] = {}

    def count(self, name: str, by: int = 1) -> None:
        """Add `by` to the count of this name."""
        self.counts[name] = self.counts.get(name, 0) + by

    def add_value(self, name: str, value: float) -> None:
        """Add one value to the histogram of this name."""
        self.histogram(name).add(value)

    def histogram(self, name: str) -> Histogram:
        """Return the histogram of this name. It is made if there is none."""
        if (histogram := self.histograms.get(name)) is None:
            histogram = self.histograms[name] = Histogram()
        return histogram

    def merge(self, other: Aggregate) -> None:
        """Add everything that the other aggregate has counted."""
        for name, count in other.counts.items():
            self.count(name, count)
        for name, histogram in other.histograms.items():
            self.histograms.setdefault(name, Histogram()).merge(histogram)
