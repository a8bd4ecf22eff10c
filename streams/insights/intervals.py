"""How sure a figure is: intervals with their sources, each a few exact lines. 95 % unless another `z` is given."""

from __future__ import annotations

import math

from schemas.insights import Mean, Share, Times
from streams.state.histograms import Histogram, quantile

Z = 1.959964  # 97.5 % quantile of the normal distribution: two sides of 95 %


def wilson(count: float, of: float, z: float = Z) -> tuple[float, float]:
    """The score interval of a rate: honest also for few and for none.

    **Source**: E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927) 209-212.

    >>> [round(limit, 4) for limit in wilson(81, 263)], [round(limit, 4) for limit in wilson(0, 20)]
    ([0.2553, 0.3662], [0.0, 0.1611])
    """
    if not of:
        return 0.0, 1.0
    rate, spare = count / of, z * z / of
    middle, half = rate + spare / 2, z * math.sqrt(max(0.0, rate * (1 - rate) / of + spare / (4 * of)))
    return max(0.0, (middle - half) / (1 + spare)), min(1.0, (middle + half) / (1 + spare))


def difference(with_: Share, without: Share) -> tuple[float, float, float]:
    """The difference of two independent rates and its interval, from the two Wilson intervals.

    **Source**: R. G. Newcombe, Interval estimation for the difference between independent proportions: comparison of eleven methods,
    Statistics in Medicine 17 (1998) 873-890, method 10; 56/70 against 48/80 is its first example.

    >>> [round(figure, 4) for figure in difference(share(56, 70), share(48, 80))]
    [0.2, 0.0524, 0.3339]
    """
    gap = with_.rate - without.rate
    low = gap - math.hypot(with_.rate - with_.low, without.high - without.rate)
    return gap, low, gap + math.hypot(with_.high - with_.rate, without.rate - without.low)


def share(count: int, of: int) -> Share:
    """So many of so many; more than all of them count as all.

    >>> share(3, 2).rate, share(0, 0).rate
    (1.0, 0.0)
    """
    count = min(max(0, count), of)
    low, high = wilson(count, of)
    return Share(count=count, of=of, rate=count / of if of else 0.0, low=low, high=high)


def mean_of(spread: Histogram) -> Mean:
    """The mean of a spread, with the normal interval; one value alone has none.

    >>> spread = Histogram()
    >>> for value in (1, 2, 3, 4): spread.add(value)
    >>> found = mean_of(spread)
    >>> found.mean, round(found.low, 3), round(found.high, 3)
    (2.5, 1.235, 3.765)
    """
    mean = spread.total / spread.count if spread.count else 0.0
    if spread.count < 2:
        return Mean(count=spread.count, mean=mean)
    half = Z * deviation(spread) / math.sqrt(spread.count)
    return Mean(count=spread.count, mean=mean, low=mean - half, high=mean + half)


def deviation(spread: Histogram) -> float:
    """The standard deviation (of the sample, n - 1); 0 for less than two values."""
    if spread.count < 2:
        return 0.0
    mean = spread.total / spread.count
    return math.sqrt(max(0.0, (spread.squares - spread.count * mean * mean) / (spread.count - 1)))


def times_of(spread: Histogram | None) -> Times | None:
    """How long it took (seconds), where there is anything."""
    if spread is None or not spread.count:
        return None
    return Times(count=spread.count, mean=spread.total / spread.count, median=quantile(spread, 0.5), p90=quantile(spread, 0.9))
