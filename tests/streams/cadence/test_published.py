"""Each family against its published formulas, where those keep their digits; and the mean ahead where they do not."""

from __future__ import annotations

from itertools import pairwise, product
from math import exp, log, sqrt
from math import pow as power

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import betaln, hyp2f1
from scipy.stats import nbinom

from schemas.control.models import CadenceFamily, CadenceModel
from streams.cadence import model as scored
from streams.cadence.beta_geometric import expected_while_alive
from tests.streams.cadence.published import BgNbd, MbgNbd, ParetoNbd

PUBLISHED: dict[CadenceFamily, type[BgNbd | MbgNbd | ParetoNbd]] = {"bg_nbd": BgNbd, "mbg_nbd": MbgNbd, "pareto_nbd": ParetoNbd}
FITTED = ((0.243, 30.9, 0.793, 2.426), (0.553, 74.0, 0.606, 81.7), (2.0, 14.0, 0.5, 5.0), (1.3, 9.0, 3.0, 4.0))
HISTORIES = ((0, 0.0, 1.0), (0, 0.0, 270.0), (1, 12.0, 270.0), (4, 60.0, 270.0), (4, 250.0, 270.0), (20, 140.0, 170.0))
CASES = tuple((family, parameters, history) for family in PUBLISHED for parameters in FITTED for history in HISTORIES)


def model(family: CadenceFamily, parameters: tuple[float, float, float, float]) -> CadenceModel:
    return CadenceModel(family=family, parameters=parameters, customers=1, purchases=1, log_likelihood=0.0)


@pytest.mark.parametrize(("family", "parameters", "history"), CASES)
def test_scores_are_the_published_ones(
    family: CadenceFamily, parameters: tuple[float, float, float, float], history: tuple[int, float, float]
) -> None:
    """Mutants caught: x for x - 1 in the odds of BG/NBD; x + 1 for x in those of MBG/NBD, and b + x for b + x + 1 in what it expects;
    s for s - 1 in what Pareto/NBD expects, and its density not over beta + y."""
    ours, theirs = model(family, parameters), PUBLISHED[family]
    assert scored.p_alive(ours, *history) == pytest.approx(theirs.p_alive(parameters, *history), rel=1e-9)
    assert exp(scored.log_likelihood(ours, *history)) == pytest.approx(theirs.likelihood(parameters, *history), rel=1e-9)
    for days in (1.0, 30.0, 365.0):
        assert scored.expected_purchases(ours, *history, days) == pytest.approx(theirs.expected(parameters, *history, days), rel=1e-9)


def ahead_by_gauss(shape: float, a: float, b: float, reach: float) -> float:
    """With z = reach / (1 + reach): Fader, Hardie and Lee's equation 10 for who is alive."""
    series = float(hyp2f1(shape, b, a + b - 1, reach / (1 + reach)))
    return (a + b - 1) / (a - 1) * (1 - series * power(1 + reach, -shape))


@pytest.mark.parametrize("shape", [0.05, 0.24, 1.0, 3.7, 30.0])
@pytest.mark.parametrize("a", [0.05, 0.3, 0.8, 1.5, 3.0, 50.0])
@pytest.mark.parametrize("b", [0.05, 0.3, 2.4, 30.0])
def test_the_mean_ahead_is_gausss_function(shape: float, a: float, b: float) -> None:
    """Near and far: `reach` beyond 1 is more days ahead than the customer's whole past. Mutants caught: a step of 1; the weight without
    what stretches the tails; the left tail stretched from the middle of the law, not from 0."""
    for reach in (0.01, 0.3, 2.0, 50.0):
        assert expected_while_alive(shape, a, b, reach) == pytest.approx(ahead_by_gauss(shape, a, b, reach), rel=1e-9)


def ahead_by_counting(shape: float, a: float, b: float, reach: float) -> float:
    """One for each purchase of a customer who never drops out (negative binomial), times the chance of having stayed until then."""
    mean = shape * reach
    before = np.arange(int(mean + 60 * sqrt(mean * (1 + reach)) + 200 * (1 + reach)))
    stayed = np.exp(betaln(a, b + before) - betaln(a, b))
    return float(stayed @ nbinom.sf(before, shape, 1 / (1 + reach)))


@pytest.mark.parametrize("a", [0.5, 0.999999, 1.0, 1.000001, 2.0])
@pytest.mark.parametrize(("shape", "b", "reach"), [(0.24, 2.4, 5.0), (3.0, 5.4, 0.5), (900.0, 905.0, 0.3), (3000.0, 3005.0, 2.0)])
def test_the_mean_ahead_holds_where_gausss_form_fails(a: float, shape: float, b: float, reach: float) -> None:
    """At a = 1 the published form is 0 / 0; for thousands of purchases 2F1 overflows. Mutant caught: the published form in its place."""
    assert expected_while_alive(shape, a, b, reach) == pytest.approx(ahead_by_counting(shape, a, b, reach), rel=1e-9)


@pytest.mark.parametrize(("alpha", "beta"), [(0.05, 50.0), (50.0, 0.05), (5.0, 5.0), (0.5, 300.0), (300.0, 0.5)])
@pytest.mark.parametrize(("r", "s"), [(0.05, 5.0), (0.5, 0.5), (5.0, 0.05)])
@pytest.mark.parametrize(("x", "t_x", "age"), [(0, 0.0, 7305.0), (3, 5.0, 7305.0), (2000, 2400.0, 2410.0), (2000, 2400.0, 7305.0)])
def test_dropping_out_is_counted_over_twenty_years(alpha: float, beta: float, r: float, s: float, x: int, t_x: float, age: float) -> None:
    """The odds of Pareto/NBD as the integral over when it was, where the published forms cancel: by an adaptive rule, a day's breadth
    first. Mutants caught: six nodes; the integrand left out from e ** -2 of its height on; the log of the larger scale for the path."""

    def height(y: float) -> float:
        return exp((r + x) * log((alpha + age) / (alpha + y)) + s * log((beta + age) / (beta + y)) - most) * s / (beta + y)

    most = (r + x) * log((alpha + age) / (alpha + t_x)) + s * log((beta + age) / (beta + t_x))
    corners = [t_x, *(t_x + step for step in (1e-3, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, 3000) if t_x + step < age), age]
    odds = sum(quad(height, low, high, epsabs=1e-16, epsrel=1e-11, limit=200)[0] for low, high in pairwise(corners))
    ours = scored.p_alive(model("pareto_nbd", (r, alpha, s, beta)), x, t_x, age)
    assert ours == pytest.approx(1 / (1 + odds * exp(most)) if most < 700 else exp(-most) / odds, rel=1e-8)


def test_the_mean_ahead_of_who_never_drops_out_is_the_rate() -> None:
    """p near 0: shape x reach; and one purchase at most for who drops out at the first."""
    assert expected_while_alive(3.0, 1e-3, 1e6, 0.5) == pytest.approx(1.5, rel=1e-6)
    assert expected_while_alive(3.0, 1e6, 1e-3, 0.5) == pytest.approx(1 - 1.5**-3, rel=1e-6)


@pytest.mark.parametrize(("family", "days"), list(product(PUBLISHED, (0.0, 1e-9))))
def test_nothing_is_ahead_within_no_time(family: CadenceFamily, days: float) -> None:
    """And in a moment, as much as buyers there are: both scores fall to the same rate. Mutant caught: `none_within` with the shape r."""
    ours = model(family, FITTED[0])
    assert scored.expected_purchases(ours, 4, 60, 270, days) == pytest.approx(0, abs=1e-9)
    assert scored.none_within(ours, 4, 60, 270, days) == pytest.approx(1, abs=1e-9)
    ctx = 1e-3
    rate = scored.expected_purchases(ours, 4, 60, 270, ctx)
    assert -log(scored.none_within(ours, 4, 60, 270, ctx)) == pytest.approx(rate, rel=1e-4)
