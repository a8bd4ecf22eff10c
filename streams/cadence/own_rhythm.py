"""The customer's own rhythm of buying: how long a gap between two purchases is still usual for them.

The gaps are taken as gamma-distributed, with the mean and variance that Welford's method has kept (`Cadence`). That covers clockwork
and chance visits in one family, in constant memory. The variance is drawn towards that of a chance visitor (the mean squared) by the
weight of one gap. Without this, three equal gaps would make any other gap impossible.

The quantile is Wilson and Hilferty's (1931) cube approximation. Against exact gamma quantiles its error is less than 3 % for
variances up to twice the mean squared. That is less than the error of estimating the mean from a few gaps. Customers with burstier
visits get a limit that is too early; the floors of the detectors catch that.
"""

from __future__ import annotations

from functools import lru_cache
from math import sqrt
from statistics import NormalDist

from schemas.durations import DAY
from streams.state import Cadence

KNOWN_FROM = 3  # gaps from which there is a rhythm


def buying_history(cadence: Cadence, at: int) -> tuple[int, float, float]:
    """Return what the cadence models know of a customer at `at` (ms UTC): (x, t_x, age), see `streams.cadence.model.History`.

    Several purchases on one day are one.

    >>> buying_history(Cadence(count=3, first=DAY // 2, last=9 * DAY, gaps=1), 10 * DAY)
    (1, 9.0, 10.0)
    """
    first = cadence.first // DAY
    latest = float(cadence.last // DAY - first) if cadence.gaps else 0.0
    return cadence.gaps, latest, max(at / DAY - first, latest)


@lru_cache(64)
def _quantile(share: float) -> float:
    """Return the quantile of the standard normal distribution. The shares are limits of blueprints, so they are few."""
    return NormalDist().inv_cdf(share)


def longest_gap(cadence: Cadence, chance: float) -> float | None:
    """Return the days that only a share `chance` (0..1) of this customer's gaps would exceed; None before there is a rhythm (3 gaps).

    For a customer who came every seven days, ten times, eleven days without a purchase are unusual.

    >>> round(longest_gap(Cadence(gaps=10, mean_days=7.0, squares=0.0), 0.05), 1)
    11.0
    >>> longest_gap(Cadence(gaps=2, mean_days=7.0, squares=0.0), 0.05) is None
    True
    """
    if cadence.gaps < KNOWN_FROM or cadence.mean_days <= 0:
        return None
    shape = cadence.gaps * cadence.mean_days**2 / (cadence.squares + cadence.mean_days**2)
    spread = 1 / (9 * shape)
    return cadence.mean_days * max(0.0, 1 - spread + _quantile(1 - chance) * sqrt(spread)) ** 3
