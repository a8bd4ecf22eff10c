"""What is true of every cadence model and every history, over generated ones. Each law names the mutants it was seen to catch."""

from __future__ import annotations

from math import exp, inf, isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.control.models import CadenceFamily, CadenceModel
from streams.cadence.model import FAMILIES, expected_purchases, log_likelihood, none_within, p_alive, silence_until
from tests.streams.cadence.test_published import model

TWENTY_YEARS = 7305.0  # days
CLOSE = 1e-8


def models() -> st.SearchStrategy[CadenceModel]:
    scale, shape = st.floats(0.5, 300), st.floats(0.05, 10)
    tossed = st.builds(model, st.sampled_from(("bg_nbd", "mbg_nbd")), st.tuples(shape, scale, st.floats(0.05, 20), st.floats(0.05, 50)))
    return tossed | st.builds(model, st.just("pareto_nbd"), st.tuples(shape, scale, shape, scale))


@st.composite
def histories(draw: st.DrawFn) -> tuple[int, float, float]:
    """Anything from the first purchase this moment to thousands over twenty years, at most one a day."""
    age = draw(st.floats(0, TWENTY_YEARS) | st.integers(0, 400).map(float))
    x = draw(st.integers(0, min(5000, int(age))))
    return x, draw(st.floats(x, age)) if x else 0.0, age


spans = st.floats(0, 1000) | st.integers(0, 90).map(float)


@given(models(), histories(), spans)
def test_scores_are_what_they_say(law: CadenceModel, history: tuple[int, float, float], days: float) -> None:
    """Chances lie in [0, 1], means are not negative, nothing overflows or raises. Who buys at all buys once at least, so the chance of
    any purchase is no more than their mean number. Mutants caught: Pareto's odds without the bound on
    what exp() takes"""
    assert 0 <= p_alive(law, *history) <= 1
    assert -CLOSE <= none_within(law, *history, days) <= 1
    assert 0 <= expected_purchases(law, *history, days) < inf
    assert 1 - none_within(law, *history, days) <= expected_purchases(law, *history, days) * (1 + CLOSE) + CLOSE
    assert isfinite(log_likelihood(law, *history))


@given(models(), histories(), spans, spans)
def test_silence_speaks_against_the_customer(law: CadenceModel, history: tuple[int, float, float], silence: float, days: float) -> None:
    """Mutants caught: alpha + age and alpha + t_x changed over; Pareto's odds upside down; what is expected growing with the age."""
    x, t_x, age = history
    later = age + silence
    assert p_alive(law, x, t_x, later) <= p_alive(law, x, t_x, age) + CLOSE
    assert none_within(law, x, t_x, later, days) >= none_within(law, x, t_x, age, days) - CLOSE
    assert expected_purchases(law, x, t_x, later, days) <= expected_purchases(law, x, t_x, age, days) * (1 + CLOSE)


@given(models(), histories(), spans, spans)
def test_more_time_holds_more_purchases(law: CadenceModel, history: tuple[int, float, float], days: float, more: float) -> None:
    """Mutants caught: the complement of the power in `none_within`; days for 1 / (1 + days) in what is expected."""
    assert none_within(law, *history, days + more) <= none_within(law, *history, days) + CLOSE
    assert expected_purchases(law, *history, days + more) >= expected_purchases(law, *history, days) * (1 - CLOSE)


@given(models(), histories(), spans)
def test_no_purchase_is_a_longer_silence(law: CadenceModel, history: tuple[int, float, float], days: float) -> None:
    """The closed form against the definition: L(x, t_x, age + days) / L(x, t_x, age). Mutants caught: r for r + x in the one or the
    other; P(alive) left out; those who drop out ahead left out of Pareto's."""
    x, t_x, age = history
    ratio = exp(log_likelihood(law, x, t_x, age + days) - log_likelihood(law, x, t_x, age))
    assert none_within(law, x, t_x, age, days) == pytest.approx(ratio, abs=CLOSE)


@given(models(), histories(), st.floats(0.001, 0.999))
def test_when_to_wake_is_when_the_chance_has_fallen(law: CadenceModel, history: tuple[int, float, float], p: float) -> None:
    """Mutants caught: growth over r + x + 1; t_x left out."""
    x, t_x, _ = history
    wake = silence_until(law, x, t_x, p)
    if wake == inf:
        assert p_alive(law, x, t_x, 1e7) >= p
    elif wake == t_x:
        assert p_alive(law, x, t_x, t_x) <= p
    else:
        assert p_alive(law, x, t_x, wake) == pytest.approx(p, rel=1e-5)


@pytest.mark.parametrize(("family", "days"), [("bg_nbd", 34_000), ("mbg_nbd", 47_000), ("pareto_nbd", 1_600)])
def test_a_long_wait_is_no_endless_one(family: CadenceFamily, days: int) -> None:
    """Mutants caught: infinity from e ** 3 times the past on; NEVER after a thousand days."""
    law, history = model(family, (0.5, 40.0, 0.9, 1.6)), (1, 10.0)
    wake = silence_until(law, *history, 1e-4)
    assert wake == pytest.approx(days, rel=0.01)
    assert p_alive(law, *history, wake) == pytest.approx(1e-4)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_ends_of_the_scale(family: CadenceFamily) -> None:
    """A chance of 1 is fallen from at once, of 0 never. Who has just bought for the first time, in the same moment, has a score.
    Mutant caught: no bound at t_x."""
    law = model(family, (0.5, 40.0, 0.9, 1.6))
    assert silence_until(law, 4, 60.0, 1.0) == pytest.approx(60.0, abs=1e-8)
    assert silence_until(law, 4, 60.0, 0.0) == inf
    assert 0 < p_alive(law, 0, 0.0, 0.0) <= 1
    assert 0 < none_within(law, 0, 0.0, 0.0, 30.0) < 1
    assert silence_until(law, 0, 0.0, 0.3) > 0
    assert (silence_until(law, 0, 0.0, 0.3) == inf) == (family == "bg_nbd")


@given(models(), histories(), spans, spans)
def test_a_moment_before_the_latest_purchase_is_that_purchases(
    law: CadenceModel, history: tuple[int, float, float], before: float, days: float
) -> None:
    """A late touchpoint asks about the past; nothing raises. Mutant caught: the age taken as it comes."""
    x, t_x, _ = history
    assert p_alive(law, x, t_x, t_x - before) == p_alive(law, x, t_x, t_x)
    assert none_within(law, x, t_x, t_x - before, days) == none_within(law, x, t_x, t_x, days)
    assert expected_purchases(law, x, t_x, t_x - before, days) == expected_purchases(law, x, t_x, t_x, days)
