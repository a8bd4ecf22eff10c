"""Confidence intervals with their sources, each in a few exact lines. They are 95 % intervals unless another `z` is given."""

from __future__ import annotations

import math

from schemas.outputs.figures import Mean, Share, Times
from streams.state.histograms import Histogram, quantile

Z = 1.959964  # 97.5 % quantile of the normal distribution, for two-sided 95 %


def wilson(count: float, of: float, z: float = Z) -> tuple[float, float]:
    """Return the score interval of a rate. It is right for small counts too, and for none.

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
    """Return the difference of two independent rates, and its interval from the two Wilson intervals.

    **Source**: R. G. Newcombe, Interval estimation for the difference between independent proportions: comparison of eleven methods,
    Statistics in Medicine 17 (1998) 873-890, method 10; 56/70 against 48/80 is its first example.

    >>> [round(figure, 4) for figure in difference(share_of(56, 70), share_of(48, 80))]
    [0.2, 0.0524, 0.3339]
    """
    gap = with_.rate - without.rate
    low = gap - math.hypot(with_.rate - with_.low, without.high - without.rate)
    return gap, low, gap + math.hypot(with_.high - with_.rate, without.rate - without.low)


def share_of(count: int, of: int) -> Share:
    """Return the share that `count` is of `of`, with its interval. A count above `of` counts as `of`.

    >>> share_of(3, 2).rate, share_of(0, 0).rate
    (1.0, 0.0)
    """
    count = min(max(0, count), of)
    low, high = wilson(count, of)
    return Share(count=count, of=of, rate=count / of if of else 0.0, low=low, high=high)


def mean_of(histogram: Histogram) -> Mean:
    """Return the mean of a histogram's values, with the normal interval. One value alone has no interval.

    >>> histogram = Histogram()
    >>> for value in (1, 2, 3, 4): histogram.add(value)
    >>> found = mean_of(histogram)
    >>> found.mean, round(found.low, 3), round(found.high, 3)
    (2.5, 1.235, 3.765)
    """
    mean = histogram.total / histogram.count if histogram.count else 0.0
    if histogram.count < 2:
        return Mean(count=histogram.count, mean=mean)
    half = Z * deviation(histogram) / math.sqrt(histogram.count)
    return Mean(count=histogram.count, mean=mean, low=mean - half, high=mean + half)


def deviation(histogram: Histogram) -> float:
    """Return the standard deviation of the sample (n - 1); 0 for fewer than two values."""
    if histogram.count < 2:
        return 0.0
    mean = histogram.total / histogram.count
    return math.sqrt(max(0.0, (histogram.squares - histogram.count * mean * mean) / (histogram.count - 1)))


def times_of(histogram: Histogram | None) -> Times | None:
    """Return mean, median and 90 % quantile of durations (seconds); None if there are none."""
    if histogram is None or not histogram.count:
        return None
    return Times(
        count=histogram.count, mean=histogram.total / histogram.count, median=quantile(histogram, 0.5), p90=quantile(histogram, 0.9)
    )
