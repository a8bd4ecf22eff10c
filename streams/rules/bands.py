"""Where the bands of the risk begin: the borders between calm, watch, high and critical, as log-odds."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from math import inf, log
from typing import NamedTuple


class Borders(NamedTuple):
    """What parts the bands: log-odds at which each begins, the bias, and whether one family alone stays below the second."""

    at: Sequence[float]  # ascending
    bias: float
    two_families: bool

    def band(self, log_odds: float, families: int) -> int:
        """The number of the band (0: the lowest) of log-odds raised by so many families. On the border it is the upper one."""
        reached = bisect_right(self.at, log_odds)
        return min(reached, 1) if self.two_families and families < 2 else reached


def borders(bands: Sequence[float], bias: float, two_families: bool) -> Borders:
    """What parts the bands that begin at these risks (0..1).

    >>> borders((0.5, 0.9, 1.0), -2.5, True).at[0], borders((0.5, 0.9, 1.0), -2.5, True).at[2]
    (0.0, inf)
    """
    return Borders(tuple(inf if risk >= 1 else -inf if risk <= 0 else log(risk / (1 - risk)) for risk in bands), bias, two_families)
