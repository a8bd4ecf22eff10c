"""Puts examples in the order in which their outcomes were known, whatever their order in the log.

A history may be read faster than ticks can come. The risks of silent customers are then stated and proved only at its very end. In that
order nobody would ever leave, and then everybody at once. An example therefore waits until it was in the log for a while and no
earlier one has come. Many examples that are read at once are sorted, as far as memory allows.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator

from agents.learning.examples import Example

LARGEST = 100_000  # examples that wait at most, while the past is read; they take about 150 MB


class InOrder:
    """A queue of examples, the earliest outcome first. `settling_ms` says how long an example must be in the log first.

    >>> order = InOrder(settling_ms=60_000)
    >>> def example(customer: str, due: int) -> Example:
    ...     return Example(customer=customer, at=0, due=due, risk=0.1, prior=0.1, strengths={}, left=False)
    >>> order.put(example("a", due=8), logged_at=1_000); order.put(example("b", due=9), 2_000); order.put(example("c", due=7), 30_000)
    >>> [each.customer for each in order.passed(now=80_000)]
    []
    >>> [each.customer for each in order.passed(now=90_000)]
    ['c', 'a', 'b']
    """

    def __init__(self, settling_ms: int) -> None:
        self._settling_ms = settling_ms
        self._waiting: list[tuple[int, str, int, int, Example]] = []

    def put(self, example: Example, logged_at: int) -> None:
        """Add an example. `logged_at` is the log's time of its proof (ms UTC)."""
        heapq.heappush(self._waiting, (example.due, example.customer, example.at, logged_at, example))

    def passed(self, now: int) -> Iterator[Example]:
        """Yield the examples that have waited long enough at `now` (ms UTC). An early one that has just come holds back all behind it."""
        while self._waiting and self._waiting[0][3] <= now - self._settling_ms:
            yield heapq.heappop(self._waiting)[-1]

    def surplus(self) -> Iterator[Example]:
        """Yield the earliest examples while more than `LARGEST` wait."""
        while len(self._waiting) > LARGEST:
            yield heapq.heappop(self._waiting)[-1]
