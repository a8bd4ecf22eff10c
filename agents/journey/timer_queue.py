"""Which journeys of one partition want to be looked at, and when: one entry a customer, kept current as journeys change.

A wake that moves later costs nothing: the entry that is there comes up first, is looked at and put back. Only a wake that moves
earlier adds an entry, and leaves one behind that nobody answers to. So the heap is about as long as there are customers who wait.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from typing import NamedTuple

from streams.state import Journey, codec


class Due(NamedTuple):
    """A moment (ms UTC) that has come for the customer with this key."""

    due: int
    key: bytes


class TimerQueue:
    """The wakes of one partition. `wake_of(key)` is the truth: the journey's next wake (ms UTC), 0 for none.

    `sent` are the ticks under way: sent, and not yet seen again in the log. `skew` (ms) is by how much our clock was found to run
    ahead of the log's: a tick that is sent too early does not count, and must be sent again.

    >>> wakes = TimerQueue({b"c1": 50, b"c2": 70}.get)
    >>> wakes.build([(50, b"c1"), (70, b"c2")])
    >>> wakes.take(60, 10), wakes.take(60, 10)
    ([Due(due=50, key=b'c1')], [])
    """

    __slots__ = ("_heap", "_queued", "sent", "skew", "wake_of")

    def __init__(self, wake_of: Callable[[bytes], int | None]) -> None:
        self.wake_of = wake_of
        self._heap: list[Due] = []
        self._queued: dict[bytes, int] = {}  # the earliest entry of each customer; any other of theirs is void
        self.sent: dict[bytes, int] = {}
        self.skew = 0

    def __len__(self) -> int:
        """How many customers wait for a moment that has not been sent."""
        return len(self._queued)

    def build(self, wakes: Iterable[tuple[int, bytes]]) -> None:
        """Exactly these (next wake, key) wait; 0 is no wake."""
        self._heap = [Due(due, key) for due, key in wakes if due > 0]
        heapq.heapify(self._heap)
        self._queued = {key: due for due, key in self._heap}

    def move(self, key: bytes, due: int) -> None:
        """The journey of `key` now wants to be looked at at `due` (ms UTC; 0: never)."""
        if due <= 0:
            return
        queued = self._queued.get(key, 0)
        if not queued or due < queued:
            self._queued[key] = due
            heapq.heappush(self._heap, Due(due, key))

    def take(self, until: int, limit: int) -> list[Due]:
        """At most `limit` wakes due by `until` (ms UTC), earliest first. Each counts as sent from now on, and is given once."""
        taken: list[Due] = []
        heap, queued = self._heap, self._queued
        while heap and heap[0].due <= until and len(taken) < limit:
            entry = heapq.heappop(heap)
            if queued.get(entry.key) != entry.due:
                continue
            del queued[entry.key]
            due = self.wake_of(entry.key) or 0
            if due > entry.due:
                self.move(entry.key, due)
            elif due == entry.due and self.sent.get(entry.key) != due:
                self.sent[entry.key] = due
                taken.append(entry)
        return taken

    def due(self, until: int) -> bool:
        """Whether somebody may wait for a moment up to `until` (ms UTC)."""
        return bool(self._heap) and self._heap[0].due <= until

    def came_back(self, key: bytes, due: int, logged_at: int) -> None:
        """A tick was read from the log. One that the log dates before its own time did not count: it waits again, a little longer."""
        if self.sent.get(key) == due:
            del self.sent[key]
        if due > logged_at and self.wake_of(key) == due:
            self.skew = max(self.skew, due - logged_at)
            self.move(key, due)

    def failed(self, key: bytes, due: int) -> None:
        """A tick did not reach the log: it waits again."""
        if self.sent.get(key) == due:
            del self.sent[key]
            self.move(key, due)


def wake_of(state: bytes | Journey | None) -> int:
    """The next wake (ms UTC, 0 = none) of a journey at rest or alive; 0 for nobody."""
    if isinstance(state, bytes):
        return codec.stored_next_wake(state)
    return state.next_wake if state is not None else 0
