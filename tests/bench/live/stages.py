"""When the worker applied each event and when the broker had committed it, by the clock that the load and the subscriber use too.

`install` runs in the worker: it wraps the ledger and the transactions, and writes one line for each chunk and each commit. A line costs
some microseconds a chunk, nothing an event. `Stages` reads the file in the benchmark. All three programs are on one machine, so their
clocks are one clock.

>>> stages = Stages([["applied", 0, 0, 9, 1000.0], ["applied", 0, 9, 20, 1010.0], ["committed", 1015.0, 1030.0, {"0": 20}]])
>>> stages.of(0, 8), stages.of(0, 20)
(Stage(applied=1000.0, taken=1015.0, committed=1030.0), None)
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from agents.carrier.chunk import Chunk
from agents.carrier.ledger import Ledger
from agents.carrier.transaction import Snapshot, Transactions


class Stage(NamedTuple):
    """Three times of one event, in ms UTC: its chunk was applied, its commit was taken from the ledger, the broker had committed it."""

    applied: float
    taken: float
    committed: float


class Stages:
    """Finds the times of an event by its place in the log."""

    def __init__(self, lines: Iterable[list[Any]]) -> None:
        self._applied: dict[int, tuple[list[int], list[float]]] = defaultdict(lambda: ([], []))  # ends of chunks, when
        self._commits: dict[int, tuple[list[int], list[tuple[float, float]]]] = defaultdict(
            lambda: ([], [])
        )  # positions, (taken, committed)
        for kind, *values in lines:
            if kind == "applied":
                number, _, end, at = values
                _add(self._applied[number], end, at)
            else:
                taken, committed, positions = values
                for name, position in positions.items():
                    _add(self._commits[int(name)], position, (taken, committed))

    @classmethod
    def read(cls, file: Path) -> Stages:
        """Return what the worker has written; its last line may be half there."""
        return cls(orjson.loads(line) for line in file.read_bytes().splitlines(keepends=True) if line.endswith(b"\n"))

    def of(self, partition: int, offset: int) -> Stage | None:
        """Return the times of the event at this place; None if it is not committed."""
        applied, commit = _covering(self._applied[partition], offset), _covering(self._commits[partition], offset)
        return None if applied is None or commit is None else Stage(applied, *commit)


def _add(series: tuple[list[int], list[Any]], end: int, value: Any) -> None:
    ends, values = series
    if not ends or end > ends[-1]:
        ends.append(end)
        values.append(value)


def _covering(series: tuple[list[int], list[Any]], offset: int) -> Any:
    """Return the value of the first end after this offset."""
    ends, values = series
    found = bisect_right(ends, offset)
    return values[found] if found < len(values) else None


def install(file: Path) -> None:
    """Note each chunk and each commit of this process in `file` from now on."""
    out = file.open("ab", buffering=1 << 20)
    accept, snapshot, write = Ledger.accept, Ledger.snapshot, Transactions.write
    taken: dict[int, float] = {}  # by the snapshot's id; a snapshot is written while it is held

    def note_accept(self: Ledger[Any], chunk: Chunk) -> None:
        accept(self, chunk)
        out.write(orjson.dumps(["applied", chunk.partition, chunk.start, chunk.records[-1].offset + 1, now_ms()]) + b"\n")

    def note_snapshot(self: Ledger[Any]) -> Snapshot | None:
        at, made = now_ms(), snapshot(self)
        if made is not None:
            taken[id(made)] = at
        return made

    def note_write(self: Transactions, snapshot: Snapshot) -> None:
        write(self, snapshot)
        positions = {str(number): position for number, position in snapshot.positions}
        out.write(orjson.dumps(["committed", taken.pop(id(snapshot)), now_ms(), positions]) + b"\n")
        out.flush()

    Ledger.accept, Ledger.snapshot, Transactions.write = note_accept, note_snapshot, note_write  # type: ignore[method-assign]


def now_ms() -> float:
    """Return the time, ms UTC."""
    return time.time_ns() / 1e6
