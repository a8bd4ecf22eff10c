"""The rhythm's quantile against the exact gamma distribution, and what it must never do."""

from __future__ import annotations

from math import exp, lgamma, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.cadence.own_rhythm import longest_gap
from streams.state import Cadence


def gamma_below(shape: float, x: float) -> float:
    """P(gap <= x) of a gamma distribution of this shape and scale 1: the series of the incomplete gamma function."""
    term = total = 1 / shape
    n = shape
    while abs(term) > 1e-15 * total:
        n += 1
        term *= x / n
        total += term
    return total * exp(-x + shape * log(x) - lgamma(shape))


def cadence(gaps: list[float]) -> Cadence:
    mean = sum(gaps) / len(gaps)
    return Cadence(gaps=len(gaps), mean_days=mean, squares=sum((gap - mean) ** 2 for gap in gaps))


@pytest.mark.parametrize("shape", [0.5, 1, 2, 5, 20])
@pytest.mark.parametrize("chance", [0.1, 0.05, 0.01])
def test_a_gap_this_long_has_about_the_chance_asked_for(shape: float, chance: float) -> None:
    """Within a tenth of the chance itself. Mutant caught: the spread taken as 1 / (3 x shape)."""
    gaps = 1000
    known = Cadence(gaps=gaps, mean_days=10.0, squares=100.0 * (gaps / shape - 1))
    days = longest_gap(known, chance)
    assert days is not None
    assert 1 - gamma_below(shape, shape * days / 10.0) == pytest.approx(chance, rel=0.1)


@given(st.lists(st.floats(0.1, 400), min_size=3, max_size=40), st.floats(0.01, 0.1))
def test_it_is_longer_than_the_mean_and_longer_the_surer_one_wants_to_be(gaps: list[float], chance: float) -> None:
    known = cadence(gaps)
    usual, sure = longest_gap(known, chance), longest_gap(known, chance / 2)
    assert usual is not None
    assert sure is not None
    assert 0 <= usual < sure
    if known.squares < 2 * known.gaps * known.mean_days**2:
        assert usual > known.mean_days


def test_three_equal_gaps_do_not_make_a_customer_infallible() -> None:
    few, many = longest_gap(cadence([7.0] * 3), 0.05), longest_gap(cadence([7.0] * 30), 0.05)
    assert few is not None
    assert many is not None
    assert many < few
    assert (round(few, 1), round(many, 1)) == (14.7, 9.2)


@pytest.mark.parametrize("gaps", [0, 1, 2])
def test_before_three_gaps_there_is_no_rhythm(gaps: int) -> None:
    assert longest_gap(Cadence(gaps=gaps, mean_days=7.0), 0.05) is None
