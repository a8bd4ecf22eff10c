"""Examples in the order in which they came true, whatever the order in which the log has them.

A history that is read faster than ticks can come states and proves the risks of whoever was silent at its very end: learnt from as they
lie there, nobody would ever leave, and then all at once. So an example waits until it has lain in the log for a while and no earlier one
has come, and many that are read at once are sorted, as far as memory allows.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator

from agents.learning.examples import Example

LARGEST = 100_000  # examples that wait at most, while the past is read: some 150 MB


class InOrder:
    """`settling_ms`: how long an example lies in the log before it is passed on.

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
        """An example, and when its proof came into the log (ms UTC)."""
        heapq.heappush(self._waiting, (example.due, example.customer, example.at, logged_at, example))

    def passed(self, now: int) -> Iterator[Example]:
        """Those that have waited long enough at this time (ms UTC): an early one that has just come holds back all behind it."""
        while self._waiting and self._waiting[0][3] <= now - self._settling_ms:
            yield heapq.heappop(self._waiting)[-1]

    def surplus(self) -> Iterator[Example]:
        """The earliest of more than may wait."""
        while len(self._waiting) > LARGEST:
            yield heapq.heappop(self._waiting)[-1]
