"""A stretch of a drain, timed: from the moment a twentieth is done to the moment almost all is.

>>> lap = Lap(1000)
>>> lap.at(10, 0.0); lap.at(50, 1.0); lap.at(980, 2.0); lap.at(1000, 2.5)
>>> lap.done, lap.rate
(True, 930.0)
"""

from __future__ import annotations

from dataclasses import dataclass

BEGIN, END = 0.05, 0.98


@dataclass(slots=True)
class Lap:
    """Told now and then how many of `total` are done; `rate` is in events a second."""

    total: int
    first: tuple[int, float] | None = None
    last: tuple[int, float] | None = None

    def at(self, done: int, seconds: float) -> None:
        """So many were done at this moment, by a clock that only moves forward."""
        if self.first is None and done >= self.total * BEGIN:
            self.first = done, seconds
        if self.last is None and done >= self.total * END:
            self.last = done, seconds

    @property
    def done(self) -> bool:
        """Whether almost all is."""
        return self.last is not None

    @property
    def rate(self) -> float:
        """0 until it is done."""
        if self.first is None or self.last is None or self.last[1] <= self.first[1]:
            return 0.0
        return round((self.last[0] - self.first[0]) / (self.last[1] - self.first[1]), 1)
