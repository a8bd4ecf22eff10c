"""What signals are added to: the model's own chance of no purchase where a model knows the rhythm, and the blueprint's bias elsewhere."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from schemas.control.models import BASIS, CadenceFamily, CadenceModel, LearntWeights, Models
from streams.cadence.model import none_within
from streams.cadence.own_rhythm import buying_history
from streams.detectors import DAY
from streams.identity.merging import absorb
from streams.risk import score
from streams.risk.labels import proved_within, strengths
from streams.rules import Rules
from streams.rules.blueprint import Blueprint
from streams.rules.risk_terms import CADENCE
from streams.state import Cadence, Contribution, Journey

NOW = 1_767_600_000_000
PARAMETERS: dict[CadenceFamily, tuple[float, float, float, float]] = {
    "bg_nbd": (1.5, 10.0, 0.8, 8.0), "mbg_nbd": (1.5, 10.0, 0.8, 8.0), "pareto_nbd": (1.5, 10.0, 0.8, 120.0),
}  # fmt: skip
FAMILIES = st.sampled_from(
    [CadenceModel(family=name, parameters=each, customers=900, purchases=9000, log_likelihood=-3e4) for name, each in PARAMETERS.items()]
)
MODEL = CadenceModel(family="mbg_nbd", parameters=PARAMETERS["mbg_nbd"], customers=900, purchases=9000, log_likelihood=-3e4)
LEAST, MOST = score.logistic(-8), score.logistic(8)  # no model knows chances beyond
OFF = LearntWeights(
    bias=3.0, weights={"known:visits": -0.4, "known:overdue": 0.7, "idle": 0.9}, horizon_days=60, examples=9, basis=BASIS, known_bias=-2.0
)


@st.composite
def buyers(draw: st.DrawFn) -> Journey:
    """A customer who bought for a while, at some moments of their days, and was silent up to NOW."""
    gaps, every = draw(st.integers(0, 40)), draw(st.integers(1, 40))
    last = NOW - draw(st.integers(0, 300 * DAY))
    cadence = Cadence(gaps + 1, last - gaps * every * DAY, last, gaps, float(every))
    return Journey(newest=NOW, acted_at=last, acted_id="e1", day=NOW // DAY, cadence=cadence)


def chance(model: CadenceModel, journey: Journey, at: int, days: float) -> float:
    return min(max(none_within(model, *buying_history(journey.cadence, at), days), LEAST), MOST)


@given(buyers(), FAMILIES, st.sampled_from([7.0, 30.0, 60.0, 273.0]), st.floats(-5, 1), st.integers(0, 400 * DAY))
def test_without_anything_else_the_risk_is_the_models_own_chance(
    journey: Journey, model: CadenceModel, days: float, bias: float, later: int
) -> None:
    """Whatever the blueprint's bias and horizon. Mutants caught: the weight 0.6; the blueprint's bias beside a known rhythm."""
    rules = Rules(Blueprint(bias=bias, horizon_days=days), detectors=()).with_models(Models(model, None, 1))
    assert score.risk(journey, NOW + later, rules) == pytest.approx(chance(model, journey, NOW + later, days), abs=1e-9)
    assert score.risk(journey, NOW + later, rules.within(14)) == pytest.approx(chance(model, journey, NOW + later, 14), abs=1e-9)


@given(buyers(), FAMILIES, st.sampled_from([None, OFF]), st.integers(0, 300 * DAY))
def test_silence_alone_never_lowers_the_risk(journey: Journey, model: CadenceModel, learnt: LearntWeights | None, since: int) -> None:
    """The search for crossings rests on it. Mutants caught: the time since the latest purchase counted modulo 30 days, in the rhythm and in
    what stands beside it."""
    rules = Rules(detectors=()).with_models(Models(model, learnt, 1))
    risks = [score.log_odds(journey, NOW + since + round(days * DAY), rules) for days in (0, 0.2, 1, 2, 9, 10, 31, 40, 120, 121, 400)]
    assert all(later >= earlier - 1e-9 for earlier, later in pairwise(risks))


@given(buyers(), st.floats(-5, 1), st.floats(0, 4))
def test_who_never_bought_is_judged_as_without_a_model(journey: Journey, bias: float, weight: float) -> None:
    """Mutant caught: the basis chosen by the model alone, whoever it knows."""
    stranger = Journey(newest=NOW, acted_at=NOW - DAY, contributions={"a": Contribution(1, "service", weight, 1.0, DAY, NOW)})
    rules = Rules(Blueprint(bias=bias), detectors=())
    modelled = rules.with_models(Models(MODEL, None, 1))
    assert score.log_odds(stranger, NOW, modelled) == score.log_odds(stranger, NOW, rules) == pytest.approx(bias + weight)
    assert score.log_odds(journey, NOW, rules) == bias
    assert "idle" in strengths(stranger, NOW, modelled)
    assert CADENCE not in strengths(stranger, NOW, modelled)


@given(buyers())
def test_weights_of_another_basis_are_read_and_never_used(journey: Journey) -> None:
    """Mutants caught: `usable` that returns all; weights of signals taken from the model past it."""
    journey.contributions["a"] = Contribution(1, "service", 1.0, 1.0, DAY, NOW)
    rules = Rules(detectors=()).with_models(Models(MODEL, None, 1))
    before = replace(OFF, basis="", weights={"a": 4.0, CADENCE: 0.1, **OFF.weights})
    old, new = (rules.with_models(Models(MODEL, learnt, 2)) for learnt in (before, replace(before, basis=BASIS)))
    assert score.published_contributions(journey, NOW, old) == score.published_contributions(journey, NOW, rules)
    assert score.risk(journey, NOW, old) == score.risk(journey, NOW, rules) != score.risk(journey, NOW, new)


def test_a_learnt_bias_is_of_one_horizon_and_what_the_model_misses_of_any() -> None:
    """Mutant caught: the bias of 60 days used for 273."""
    stranger, buyer = Journey(newest=NOW), Journey(newest=NOW, cadence=Cadence(1, NOW, NOW))
    known = Models(MODEL, OFF, 1)
    short, long = (Rules(Blueprint(horizon_days=days), detectors=()).with_models(known) for days in (60, 273))
    assert (score.log_odds(stranger, NOW, short), score.log_odds(stranger, NOW, long)) == (3.0, -2.5)
    assert proved_within(long).basis_of(stranger).borders.bias == 3.0
    assert {each.basis_of(buyer).borders.bias for each in (short, long)} == {-2.0}


@given(buyers(), buyers(), st.floats(0, 2))
def test_two_journeys_of_one_customer_have_the_chance_of_all_their_purchases(one: Journey, two: Journey, weight: float) -> None:
    """In whichever order they are merged, and also if one never bought. Mutant caught: the rhythm of the absorbed journey lost."""
    rules = Rules(detectors=()).with_models(Models(MODEL, None, 1))
    two.contributions["a"] = Contribution(1, "service", weight, 1.0, DAY, NOW)
    pairs = [(one, two), (two, one), (Journey(newest=NOW), one)]
    for host, guest in [(replace_all(host), replace_all(guest)) for host, guest in pairs]:
        absorb(host, guest, rules)
        expected = score.contribution_value(host.contributions["a"], NOW) if "a" in host.contributions else 0.0
        assert rules.knows(host)
        assert host.cadence.last == max(each.cadence.last for each in (host, guest))
        stated = score.log_odds(host, NOW, rules) - expected
        assert score.logistic(stated) == pytest.approx(chance(MODEL, host, NOW, 60), abs=1e-9)


def replace_all(journey: Journey) -> Journey:
    """A copy that shares nothing that a merge changes."""
    return Journey(
        newest=journey.newest,
        acted_at=journey.acted_at,
        day=journey.day,
        cadence=journey.cadence,
        contributions=dict(journey.contributions),
    )
