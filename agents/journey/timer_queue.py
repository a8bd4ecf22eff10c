"""The timers (next wakes) of the journeys of one partition: a heap with one valid entry per customer.

If a timer moves to a later time, nothing is changed now. The old entry comes up first and is then put back with the new time. If a
timer moves to an earlier time, a new entry is added and the old one becomes invalid. So the heap is about as long as the number of
waiting customers.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from typing import NamedTuple

from streams.state import Journey, codec


class Due(NamedTuple):
    """The due time (ms UTC) of the timer of the customer with this key."""

    due: int
    key: bytes


class TimerQueue:
    """The timers of one partition. `wake_of(key)` returns the timer that the journey has (ms UTC, 0 for none).

    `sent` are the ticks under way: sent, but not yet read from the log. `skew` (ms) says by how much our clock runs ahead of the
    log's clock, as far as we saw. A tick that is sent too early does not count, and must be sent again. `history_at` is the log's time
    (ms UTC) of the last record that set a timer far into the past: a history is being read. `holding_since` is when its timers
    began to be held (ms UTC; 0: they are not).

    >>> wakes = TimerQueue({b"c1": 50, b"c2": 70}.get)
    >>> wakes.build([(50, b"c1"), (70, b"c2")])
    >>> wakes.take(60, 10), wakes.take(60, 10)
    ([Due(due=50, key=b'c1')], [])
    """

    __slots__ = ("_heap", "_held", "_queued", "history_at", "holding_since", "sent", "skew", "wake_of")

    def __init__(self, wake_of: Callable[[bytes], int | None]) -> None:
        self.wake_of = wake_of
        self._heap: list[Due] = []
        self._queued: dict[bytes, int] = {}  # the earliest entry of each customer; other entries of the customer are invalid
        self._held: list[Due] = []  # timers taken out of the heap until `release`
        self.sent: dict[bytes, int] = {}
        self.skew = self.history_at = self.holding_since = 0

    def __len__(self) -> int:
        """Return how many customers wait for a tick that has not been sent."""
        return len(self._queued)

    def build(self, wakes: Iterable[tuple[int, bytes]]) -> None:
        """Replace the queue by these (next wake in ms UTC, key). A wake of 0 means no timer."""
        self._held.clear()
        self._heap = [Due(due, key) for due, key in wakes if due > 0]
        heapq.heapify(self._heap)
        self._queued = {key: due for due, key in self._heap}

    def move(self, key: bytes, due: int) -> None:
        """Set the timer of `key` to `due` (ms UTC; 0: no timer)."""
        if due <= 0:
            return
        queued = self._queued.get(key, 0)
        if not queued or due < queued:
            self._queued[key] = due
            heapq.heappush(self._heap, Due(due, key))

    def take(self, until: int, limit: int, before: int = 0) -> list[Due]:
        """Return at most `limit` timers due by `until` (ms UTC), earliest first, and mark each as sent. Each is returned once.

        Hold timers that were due before `before` (ms UTC) until `release`.
        """
        taken: list[Due] = []
        heap, queued = self._heap, self._queued
        while heap and heap[0].due <= until and len(taken) < limit:
            entry = heapq.heappop(heap)
            if queued.get(entry.key) != entry.due:
                continue
            due = self.wake_of(entry.key) or 0
            if due == entry.due < before:
                self._held.append(entry)
                continue
            del queued[entry.key]
            if due > entry.due:
                self.move(entry.key, due)
            elif due == entry.due and self.sent.get(entry.key) != due:
                self.sent[entry.key] = due
                taken.append(entry)
        return taken

    def release(self) -> None:
        """Let the timers that were held be taken again."""
        while self._held:
            heapq.heappush(self._heap, self._held.pop())

    def due(self, until: int) -> bool:
        """Return whether a timer may be due by `until` (ms UTC)."""
        return bool(self._heap) and self._heap[0].due <= until

    def came_back(self, key: bytes, due: int, logged_at: int) -> None:
        """Record that a tick was read from the log. If the log's time was before its due time, it did not count: wait again.

        `skew` then grows, so that the next tick is sent later.
        """
        if self.sent.get(key) == due:
            del self.sent[key]
        if due > logged_at and self.wake_of(key) == due:
            self.skew = max(self.skew, due - logged_at)
            self.move(key, due)

    def failed(self, key: bytes, due: int) -> None:
        """Record that a tick did not reach the log. Its timer waits again."""
        if self.sent.get(key) == due:
            del self.sent[key]
            self.move(key, due)


def wake_of(state: bytes | Journey | None) -> int:
    """Return the next wake (ms UTC, 0 for none) of a journey, stored or live; 0 if there is no journey."""
    if isinstance(state, bytes):
        return codec.stored_next_wake(state)
    return state.next_wake if state is not None else 0
