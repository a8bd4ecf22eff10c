"""A stretch of a drain, timed: from the moment a twentieth is done to the moment almost all is.

>>> lap = Lap(1000)
>>> lap.at(10, 0.0, 0.0); lap.at(50, 1.0, 0.5); lap.at(980, 2.0, 1.43); lap.at(1000, 2.5, 1.5)
>>> lap.done, lap.rate, lap.cpu_us
(True, 930.0, 1000.0)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

BEGIN, END = 0.05, 0.98


class Moment(NamedTuple):
    """So many done, at this second, after so many seconds of processor time."""

    done: int
    seconds: float
    cpu: float


@dataclass(slots=True)
class Lap:
    """Told now and then how many of `total` are done, by clocks that only move forward."""

    total: int
    first: Moment | None = None
    last: Moment | None = None

    def at(self, done: int, seconds: float, cpu: float) -> None:
        """So many were done at this moment; `cpu` is the process's own time on the processor, all threads."""
        if self.first is None and done >= self.total * BEGIN:
            self.first = Moment(done, seconds, cpu)
        if self.last is None and done >= self.total * END:
            self.last = Moment(done, seconds, cpu)

    @property
    def done(self) -> bool:
        """Whether almost all is."""
        return self.last is not None

    @property
    def rate(self) -> float:
        """Events a second; 0 until it is done."""
        if self.first is None or self.last is None or self.last.seconds <= self.first.seconds:
            return 0.0
        return round((self.last.done - self.first.done) / (self.last.seconds - self.first.seconds), 1)

    @property
    def cpu_us(self) -> float:
        """Microseconds of processor time an event: what remains comparable when others use the machine too."""
        if self.first is None or self.last is None or self.last.done <= self.first.done:
            return 0.0
        return round((self.last.cpu - self.first.cpu) / (self.last.done - self.first.done) * 1e6, 2)

    def line(self) -> dict[str, float]:
        """As JSON."""
        return {"rate": self.rate, "cpu_us": self.cpu_us}
