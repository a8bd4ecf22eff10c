"""A law that is known is found, signs hold, rare summands keep their priors, and nothing is predicted after it was learnt."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from agents.learning.weights import FEWEST, Learner, log_loss, risk_by, risk_of, shipped
from schemas.control.models import BASIS, Models
from streams.replay import Replay
from streams.risk.score import logistic, risk
from streams.rules import Rules
from streams.rules.risk_terms import USUAL
from streams.state import Contribution
from tests.agents.learning.simulated import BIAS, HORIZON, PRIORS, TRUE, TRUE_BIAS, example, simulated

DAY = 86_400_000  # ms


def learner() -> Learner:
    return Learner(PRIORS, BIAS, HORIZON)


def test_known_weights_are_found() -> None:
    """From 20,000 examples each within .25 (the rarest stands in a tenth of them), over five streams .1 in the mean.

    Mutant caught: a step of half the length.
    """
    off = {name: [] for name in ("", *TRUE)}  # type: dict[str, list[float]]
    for seed in range(5):
        taught = learner()
        for each in simulated(20_000, seed):
            taught.learn(each)
        found = taught.candidate(until=1)
        assert found.examples == 20_000
        assert found.known_bias is not None
        off[""].append(found.known_bias - TRUE_BIAS)
        for name, weight in TRUE.items():
            off[name].append(found.weights[name] - weight)
    assert max(abs(each) for values in off.values() for each in values) < 0.25
    assert max(abs(sum(values) / 5) for values in off.values()) < 0.1


def test_each_example_is_judged_before_it_is_learnt_from() -> None:
    """The first by the priors to the last digit, and every one as if it had not come. Mutant caught: `before` taken after the step."""
    taught, stream = learner(), simulated(400, seed=1)
    assert taught.learn(stream[0]) == stream[0].prior
    for each in stream[1:]:
        taught.learn(each)
    same, other = learner(), learner()
    for each in stream[:-1]:
        same.learn(each)
        other.learn(each)
    told = same.learn(stream[-1]), other.learn(replace(stream[-1], left=not stream[-1].left))
    assert told[0] == told[1]
    assert same.candidate(1) != other.candidate(1)
    losses, by_priors = same.progressive
    assert by_priors == pytest.approx(sum(log_loss(each.prior, each.left) for each in stream) / 400)
    assert losses != by_priors


def test_a_summand_that_stood_too_seldom_keeps_its_prior() -> None:
    """It is not named until it stood in 30 examples; that of one which nobody declared is 0 until then.

    Mutant caught: strengths counted in place of examples (`Counter.update` of a mapping adds its values).
    """
    taught = learner()
    for nth in range(FEWEST - 1):
        taught.learn(example(nth, 25, {"cancel_intent": 0.5, "unheard_of": 0.5}, left=True))
    few = taught.candidate(1)
    assert few.weights == {}
    assert few.bias > BIAS
    assert taught.risk({"cancel_intent": 1.0}) == pytest.approx(risk_of({"": 1.0}, few.bias, {"": PRIORS["cancel_intent"]}), abs=1e-5)
    taught.learn(example(FEWEST, 25, {"cancel_intent": 0.5, "unheard_of": 0.5}, left=True))
    assert set(taught.candidate(1).weights) == {"cancel_intent", "unheard_of"}


def test_no_weight_points_against_its_law() -> None:
    """Where idle customers stay and those who came lately leave, both weigh nothing. Mutant caught: weights taken as they were learnt."""
    taught = learner()
    for each in simulated(3_000, seed=4, law={"idle": -1.0, "lately:buying": 1.0, "cancel_intent": 1.5}, bias=0.0):
        taught.learn(each)
    weights = taught.candidate(1).weights
    assert (weights["idle"], weights["lately:buying"]) == (0.0, 0.0)
    assert weights["cancel_intent"] > 1.0


def test_the_same_examples_give_the_same_weights() -> None:
    one, two = learner(), learner()
    for each in simulated(500, seed=6):
        one.learn(each)
        two.learn(each)
    assert one.candidate(7) == two.candidate(7)


def test_the_score_judges_by_a_candidate_as_the_learner_does() -> None:
    """One law in two places: the streaming score under published weights, and what a trial takes it to say."""
    taught = Learner(shipped(), BIAS, HORIZON)
    for each in simulated(2_000, seed=8):
        taught.learn(each)
    found, at = taught.candidate(until=1), 100 * DAY
    replay = Replay(Rules())
    journey = replay.journey("c1")
    for name in ("cancel_intent", "complaint_unresolved", "dormant"):
        journey.contributions[name] = Contribution(1, "service", shipped()[name], 0.8, 30 * DAY, since=at)
    journey.acted_at = at - 20 * DAY
    rules = replay.rules.with_models(Models(weights=found, changes=1))
    strengths = {"cancel_intent": 0.8, "complaint_unresolved": 0.8, "dormant": 0.8, "idle": 3.044522}
    assert "dormant" not in found.weights
    assert risk(journey, at, rules) == pytest.approx(risk_by(found, shipped(), strengths), abs=1e-6)
    assert risk(journey, at, rules.with_priors()) == pytest.approx(risk_of(strengths, rules.blueprint.bias, shipped()))


def test_the_learner_begins_at_the_models_own_chance() -> None:
    """And strangers teach nothing of those whose rhythm is known. Mutants caught: one bias for both; a prior of 0.6 for the cadence."""
    taught = Learner(shipped(), bias=-1.0, horizon_days=HORIZON)
    assert taught.risk({"cadence": 3.5}) == pytest.approx(logistic(1.0))
    for nth in range(200):
        taught.learn(example(nth, 25, {"idle": 2.0}, left=True))
    found = taught.candidate(1)
    assert (found.known_bias, found.basis) == (USUAL, BASIS)
    assert found.bias > 1
    assert taught.risk({"cadence": 3.5}) == pytest.approx(logistic(1.0))
    assert risk_by(found, shipped(), {"cadence": 3.5}) == pytest.approx(logistic(1.0))
    assert risk_by(found, shipped(), {"idle": 2.0}) > 0.8
