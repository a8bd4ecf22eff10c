"""The latency of decisions: from the broker's timestamp of the causing record to the commit that published the decision."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

BOUNDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)  # seconds; 1 and 30 are the bounds that we promised


class Latency:
    """A histogram of latencies: counts per bucket, and the sum in seconds.

    >>> latency = Latency()
    >>> latency.observe([9_900, 7_000], now=10_000)
    >>> latency.buckets()[1], latency.buckets()[-1], latency.seconds
    (('0.1', 1), ('+Inf', 2), 3.1)
    """

    __slots__ = ("_counts", "seconds")

    def __init__(self) -> None:
        self._counts = [0] * (len(BOUNDS) + 1)
        self.seconds = 0.0

    def observe(self, logged_at: Iterable[int], now: int) -> None:
        """Add one decision for each of these log times (ms UTC). The decisions are public `now` (ms UTC)."""
        for at in logged_at:
            seconds = max(0, now - at) / 1000
            self._counts[bisect_left(BOUNDS, seconds)] += 1
            self.seconds += seconds

    def buckets(self) -> list[tuple[str, int]]:
        """Return (upper bound in seconds, how many took no longer). The counts are cumulative, as Prometheus expects."""
        rows, total = [], 0
        for bound, count in zip((*map(str, BOUNDS), "+Inf"), self._counts, strict=True):
            total += count
            rows.append((bound, total))
        return rows
