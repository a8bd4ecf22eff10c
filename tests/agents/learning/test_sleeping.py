"""Sleeping learner: where nothing that is measured has to do with leaving, nothing learnt comes into force, however often it is tried."""

from __future__ import annotations

import pytest

from agents.learning import judging
from agents.learning.examples import Example
from agents.learning.trials import Trials
from agents.learning.weights import risk_by
from agents.learning.windows import Course
from schemas.control.models import LearntWeights
from tests.agents.learning.simulated import BIAS, HORIZON, PRIORS, meaningless, shuffled, simulated
from tests.seeds import seeds

SEEDS = range(20)

pytestmark = pytest.mark.long


class Peeking(Trials):
    """The mutant: what is learnt is tried on the very window it has just learnt from."""

    def __init__(self) -> None:
        super().__init__(PRIORS, BIAS, HORIZON)
        self._window_of = list[Example]()

    def take(self, example: Example) -> LearntWeights | None:
        self._window_of.append(example)
        return super().take(example)

    def _close(self, course: Course) -> LearntWeights | None:
        self.candidate = self.learner.candidate(course.until)
        course.learnt = [risk_by(self.candidate, PRIORS, each.strengths) for each in self._window_of]
        self._window_of = []
        return super()._close(course)


def adopted(trials: Trials, examples: list[Example]) -> int:
    return sum(trials.take(each) is not None for each in examples)


@pytest.mark.parametrize("seed", seeds(SEEDS, usual=5))
def test_shuffled_outcomes_teach_nothing(seed: int) -> None:
    """Customers who leave by a law, and another's outcome laid to each: five windows more than the law itself needs."""
    trials = Trials(PRIORS, BIAS, HORIZON)
    assert adopted(trials, shuffled(simulated(2_500, seed), seed)) == 0
    assert len(trials.verdicts) >= 5


@pytest.mark.parametrize("seed", seeds(SEEDS, usual=5))
def test_signals_that_mean_nothing_teach_nothing(seed: int) -> None:
    """Chance alone has much to offer here: 60 weights, and windows of 350 customers."""
    trials = Trials(PRIORS, BIAS, HORIZON)
    assert adopted(trials, meaningless(2_500, seed)) == 0
    assert len(trials.verdicts) >= 5


def test_a_candidate_tried_on_what_it_learnt_from_would_be_adopted() -> None:
    """The tests above would see it: in nearly half of the same streams the mutant adopts weights that mean nothing."""
    assert sum(adopted(Peeking(), meaningless(1_100, seed)) > 0 for seed in SEEDS) >= 5


def test_log_loss_alone_would_adopt_the_mean_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shuffled outcomes are best foretold by one number for everybody, and whoever learns it beats priors that differ. That it ranks
    nobody is why it stays out: without that rule most of the streams above would bring such weights into force."""
    monkeypatch.setattr(judging, "ranks", lambda found: True)
    assert sum(adopted(Trials(PRIORS, BIAS, HORIZON), shuffled(simulated(1_100, seed), seed)) > 0 for seed in SEEDS) >= 8
