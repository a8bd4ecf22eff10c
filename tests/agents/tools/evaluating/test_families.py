"""The fit finds what customers were drawn from, counts each customer once, and says what to do where it cannot."""

from __future__ import annotations

from functools import cache
from math import exp, log

import pytest

from agents.learning.cadence import fitting
from agents.learning.cadence.fitting import MBG_NBD, fit, log_likelihood
from agents.tools.evaluating.families.fitting import LAWS
from schemas.control.models import CadenceFamily, CadenceModel
from streams.cadence import model as scored
from streams.cadence.model import History
from tests.agents.tools.evaluating.simulated import Drawn, drawn

TRUE: dict[CadenceFamily, tuple[float, float, float, float]] = {
    "bg_nbd": (0.9, 25.0, 0.8, 2.5),
    "mbg_nbd": (0.9, 25.0, 0.8, 2.5),
    "pareto_nbd": (0.9, 25.0, 0.8, 120.0),
}
AHEAD = 90.0  # days


@cache
def course(family: CadenceFamily) -> list[Drawn]:
    return drawn(family, TRUE[family], 3000, AHEAD)


@cache
def fitted(family: CadenceFamily) -> CadenceModel:
    return fit(LAWS[family], [customer.history for customer in course(family)], until=1_767_600_000_000)


@pytest.mark.parametrize("family", TRUE)
def test_it_finds_what_customers_were_drawn_from(family: CadenceFamily) -> None:
    """3,000 customers, drawn purchase by purchase: parameters within a third, and no less likely than the true ones. Mutants caught:
    the density of MBG/NBD with b + x for b + x + 1; `unit` not given back; the odds of who bought once counted in BG/NBD."""
    model = fitted(family)
    histories = [customer.history for customer in course(family)]
    true = CadenceModel(family=family, parameters=TRUE[family], customers=3000, purchases=0, log_likelihood=0.0)
    for found, meant in zip(model.parameters, TRUE[family], strict=True):
        assert abs(log(found / meant)) < log(4 / 3)
    under_the_true = log_likelihood(true, histories)
    assert 0 <= model.log_likelihood - under_the_true < 8  # half a chi-squared of 4: above 8 once in 300
    assert (model.customers, model.purchases, model.until) == (3000, sum(history.x for history in histories), 1_767_600_000_000)


@pytest.mark.parametrize("family", TRUE)
def test_scores_come_true(family: CadenceFamily) -> None:
    """Of customers drawn from a model, as many are alive, silent and back as it says, within three standard errors and a bit, in each
    third by P(alive). Mutants caught: P(alive) left out of `none_within`; s for s - 1 in what Pareto/NBD expects."""
    law = CadenceModel(family=family, parameters=TRUE[family], customers=3000, purchases=0, log_likelihood=0.0)
    ranked = sorted(course(family), key=lambda customer: scored.p_alive(law, *customer.history[:3]))
    for third in (ranked[:1000], ranked[1000:2000], ranked[2000:]):
        cases = [customer.history[:3] for customer in third]
        assert sum(c.alive for c in third) == pytest.approx(sum(scored.p_alive(law, *c) for c in cases), abs=50)
        assert sum(not c.ahead for c in third) == pytest.approx(sum(scored.none_within(law, *c, AHEAD) for c in cases), abs=50)
        assert sum(c.ahead for c in third) == pytest.approx(sum(scored.expected_purchases(law, *c, AHEAD) for c in cases), rel=0.1, abs=30)


@pytest.mark.parametrize("family", TRUE)
def test_the_likelihood_fitted_is_that_of_the_scores(family: CadenceFamily) -> None:
    """Columns of numpy and plain `math` say the same, and each history counts as often as it was had. Mutants caught: `- x * log(...)` left
    out of either; a toss fewer in MBG/NBD; every history counted once."""
    model = fitted(family)
    assert log_likelihood(model, [customer.history for customer in course(family)]) == pytest.approx(model.log_likelihood, rel=1e-9)
    twice = [customer.history._replace(customers=2) for customer in course(family)]
    assert log_likelihood(model, twice) == pytest.approx(2 * model.log_likelihood, rel=1e-9)


def test_a_history_counts_as_often_as_it_was_had() -> None:
    """By multiplicity or row by row, in whatever order. Mutant caught: `return_inverse` without the customers of the rows."""
    histories = [
        customer.history._replace(t_x=round(customer.history.t_x), age=round(customer.history.age)) for customer in course("mbg_nbd")
    ]
    kept = [history for history in histories if (history.x > 0) == (history.t_x > 0)][:1000]
    thrice = fit(MBG_NBD, [history._replace(customers=3) for history in kept])
    apart = fit(MBG_NBD, [*kept, *reversed(kept), *kept])
    assert thrice.parameters == pytest.approx(apart.parameters, rel=1e-6)
    assert (thrice.customers, thrice.purchases) == (apart.customers, apart.purchases) == (3 * len(kept), 3 * sum(h.x for h in kept))
    assert thrice.log_likelihood == pytest.approx(apart.log_likelihood)


@pytest.mark.parametrize(
    ("histories", "says"),
    [
        ([], "no histories"),
        ([History(0, 0.0, 30.0, 900), History(3, 20.0, 30.0, 49)], "49 customers bought on a second day, a cadence needs 50"),
        ([History(3, 40.0, 30.0)], "t_x <= age"),
        ([History(0, 4.0, 30.0)], "t_x is 0 where x is"),
        ([History(3, 0.0, 30.0)], "t_x is 0 where x is"),
        ([History(3, 4.0, float("nan"))], "nan"),
        ([History(3, 4.0, 30.0, 0)], r"no history .*: \(3.0, 4.0, 30.0, 0.0\)"),
    ],
)
def test_what_cannot_be_fitted_is_said(histories: list[History], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        fit(MBG_NBD, histories)


def test_a_search_that_did_not_end_is_no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mutant caught: the slope never looked at."""
    monkeypatch.setattr(fitting, "STEPS", 1)
    with pytest.raises(ValueError, match=r"mbg_nbd: the search ended on a slope, at r = .*; fit more customers or another family"):
        fit(MBG_NBD, [customer.history for customer in course("mbg_nbd")])


def test_the_first_climbs_take_a_sample_and_the_last_takes_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mutant caught: the climb over all left out."""
    monkeypatch.setattr(fitting, "SAMPLE", 300)
    sampled = fit(MBG_NBD, [customer.history for customer in course("mbg_nbd")])
    assert sampled.parameters == pytest.approx(fitted("mbg_nbd").parameters, rel=1e-4)


@pytest.mark.parametrize("family", TRUE)
def test_customers_who_do_not_differ_have_a_model_too(family: CadenceFamily) -> None:
    """Two hundred who all buy every week and never drop out: parameters grow without end, what they say does not."""
    model = fit(LAWS[family], [History(40, 280.0, 280.0 + late) for late in range(7)] * 30)
    assert scored.p_alive(model, 40, 280, 283) > 0.99
    assert scored.expected_purchases(model, 40, 280, 283, 70) == pytest.approx(10, rel=0.05)
    assert scored.none_within(model, 40, 280, 283, 7) == pytest.approx(exp(-1), rel=0.05)
