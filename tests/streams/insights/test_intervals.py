"""Intervals against what was published of them, and against chance itself."""

from __future__ import annotations

from random import Random

import pytest

from streams.insights.intervals import deviation, difference, mean_of, share_of, wilson
from streams.state.histograms import Histogram, quantile

DRAWS = 2_000


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_the_published_figures(count: int, of: int, low: float, high: float) -> None:
    """Newcombe, Two-sided confidence intervals for the single proportion, Statistics in Medicine 17 (1998) 857-872, table I, method 3."""
    assert wilson(count, of) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 10), -0.2775, 0.2775),
    ],
)
def test_the_difference_gives_the_published_figures(one: tuple[int, int], other: tuple[int, int], low: float, high: float) -> None:
    """Newcombe, Interval estimation for the difference between independent proportions, Statistics in Medicine 17 (1998) 873-890,
    table II, method 10."""
    _, found_low, found_high = difference(share_of(*one), share_of(*other))
    assert (found_low, found_high) == pytest.approx((low, high), abs=5e-5)


def test_the_intervals_cover_what_is_true_as_often_as_they_say() -> None:
    """19 times in 20, of 2,000 draws. Mutants caught: one side of 95 %; the two intervals swapped."""
    dice = Random(1)
    covered = [0, 0, 0]
    for _ in range(DRAWS):
        many, few = (share_of(sum(dice.random() < rate for _ in range(of)), of) for rate, of in ((0.3, 60), (0.1, 150)))
        _, low, high = difference(many, few)
        values = Histogram()
        for _ in range(50):
            values.add(dice.gauss(5.0, 2.0))
        mean = mean_of(values)
        covered[0] += many.low <= 0.3 <= many.high
        covered[1] += low <= 0.2 <= high
        covered[2] += (mean.low or 0) <= 5.0 <= (mean.high or 0)
    assert [0.935 <= times / DRAWS <= 0.97 for times in covered] == [True] * 3, covered


def test_a_spread_knows_its_deviation_and_quantiles_to_a_sixth() -> None:
    dice, values, spread = Random(2), list[float](), Histogram()
    for _ in range(3_000):
        values.append(dice.lognormvariate(3.0, 1.2))
        spread.add(values[-1])
    mean = sum(values) / len(values)
    assert deviation(spread) == pytest.approx((sum((value - mean) ** 2 for value in values) / (len(values) - 1)) ** 0.5)
    for at in (0.1, 0.5, 0.9, 0.99):
        assert quantile(spread, at) == pytest.approx(sorted(values)[int(at * len(values))], rel=1 / 6)


def test_two_spreads_add_up_to_the_one_of_all_values() -> None:
    one, other, both = Histogram(), Histogram(), Histogram()
    for number, value in enumerate((0.0, -3.0, 1e-9, 7.5, 1e12, 42.0)):
        (one, other)[number % 2].add(value)
        both.add(value)
    one.merge(other)
    assert (one.count, one.total, one.buckets) == (both.count, both.total, both.buckets)
