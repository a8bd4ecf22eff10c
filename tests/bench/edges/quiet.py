"""Measuring on a busy machine: processor time, and the fastest round of each piece, for others only add to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import process_time


def fastest_us(pieces: Sequence[Callable[[], int]], rounds: int) -> float:
    """Return the microseconds of processor time that one of the things takes which the pieces do; each returns how many it did.

    Each piece takes some milliseconds, and of each the fastest round counts: on a busy machine a longer one is never left alone.
    """
    best, done = [float("inf")] * len(pieces), [0] * len(pieces)
    for _ in range(rounds):
        for number, once in enumerate(pieces):
            began = process_time()
            done[number] = once()
            best[number] = min(best[number], process_time() - began)
    return round(sum(best) / sum(done) * 1e6, 2)
