"""The borders between the bands of the risk (calm, watch, high, critical), as log-odds."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from math import fsum, inf, log
from typing import NamedTuple


class Borders(NamedTuple):
    """The log-odds at which each band begins, the bias, and whether one signal family alone stays below the second border."""

    at: Sequence[float]  # ascending
    bias: float
    two_families: bool

    def reached(self, values: Sequence[float]) -> int:
        """Return the number of the band (0: the lowest) that these summands reach with the bias. A sum on a border is in the upper band."""
        return bisect_right(self.at, fsum([self.bias, *values]))


def borders(bands: Sequence[float], bias: float, two_families: bool) -> Borders:
    """Return the borders of the bands that begin at these risks (0..1).

    >>> borders((0.5, 0.9, 1.0), -2.5, True).at[0], borders((0.5, 0.9, 1.0), -2.5, True).at[2]
    (0.0, inf)
    """
    return Borders(tuple(inf if risk >= 1 else -inf if risk <= 0 else log(risk / (1 - risk)) for risk in bands), bias, two_families)
