"""A candidate comes into force by a window it had not learnt from, and by nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from agents.learning.judging import verdict
from agents.learning.metrics.figures import figures
from agents.learning.trials import Trials
from agents.learning.weights import risk_by
from agents.learning.windows import Course, Window
from schemas.control.models import BASIS, LearntWeights
from streams.risk.score import logistic
from tests.agents.learning.simulated import BIAS, DAY, HORIZON, PRIORS, TRUE, TRUE_BIAS, example, simulated

AWAKE = LearntWeights(bias=0.0, weights=TRUE, horizon_days=HORIZON, examples=0, basis=BASIS, known_bias=TRUE_BIAS)
WRONG = LearntWeights(
    bias=0.0, weights={"cadence": 0.0, "cancel_intent": 0.0}, horizon_days=HORIZON, examples=0, basis=BASIS, known_bias=1.0
)


def trials(in_force: LearntWeights | None = None, window: Window | None = None) -> Trials:
    return Trials(PRIORS, BIAS, HORIZON, in_force, window)


def test_what_is_better_is_adopted_with_the_figures_that_say_so() -> None:
    """Where priors are wrong the second window decides, and its figures are those of the window alone."""
    stream, tried = simulated(1_500, seed=1), trials()
    adopted = [(nth, found) for nth, each in enumerate(stream) if (found := tried.take(each)) is not None]
    first, weights = adopted[0]
    assert weights.trial is not None
    judged = [each for each in stream[: first + 1] if each.due > weights.until]
    assert weights.examples == first + 1 - len(judged)
    assert weights.trial.learnt.examples == len(judged) >= 300
    left = [each.left for each in judged]
    ours = [risk_by(weights, PRIORS, each.strengths) for each in judged]
    assert weights.trial.learnt == figures(ours, left)
    assert weights.trial.in_force == figures([each.prior for each in judged], left)
    assert weights.trial.better_by[0] > 0
    assert (weights.trial.since, weights.trial.until) == (judged[0].at, judged[-1].due)
    assert tried.verdicts[0].adopted
    assert tried.in_force == adopted[-1][1]


def test_a_window_takes_enough_of_everybody_and_whole_weeks() -> None:
    """300 examples, 30 of each outcome, 14 days: whichever comes last. Mutants caught: each of the three left out."""
    few_a_day, many_a_day = simulated(2_000, seed=2, a_day=10), simulated(6_000, seed=2, a_day=400)
    seldom = simulated(6_000, seed=2, a_day=50, bias=-5.0)
    for stream, why in ((few_a_day, "examples"), (many_a_day, "days"), (seldom, "leavers")):
        tried, taken = trials(), 0
        while tried.candidate is None:
            tried.take(stream[taken])
            taken += 1
        window = stream[:taken]
        leavers, days = sum(each.left for each in window), (window[-1].due - window[0].due) / DAY
        assert taken >= 300
        assert leavers >= 30
        assert days >= 14
        assert {"examples": taken == 300, "leavers": leavers == 30, "days": days < 14.01}[why]


def test_the_next_candidates_compete_with_the_adopted() -> None:
    """After an adoption what is in force is no more the priors, and the bar is higher: later gains are small or none."""
    tried = trials()
    for each in simulated(6_000, seed=3):
        tried.take(each)
    adopted = [verdict for verdict in tried.verdicts if verdict.adopted]
    refused = [verdict for verdict in tried.verdicts if not verdict.adopted]
    assert adopted
    assert refused
    assert all(verdict.against_priors[0] > 0 for verdict in tried.verdicts if verdict.trial.since > adopted[0].trial.until)
    assert any("in force" in why for verdict in refused for why in verdict.refused)


def test_what_is_right_already_is_not_replaced() -> None:
    """Against the true law no candidate wins beyond doubt; the verdict says why."""
    tried = trials(AWAKE)
    assert [found for each in simulated(4_000, seed=5) if (found := tried.take(each))] == []
    assert len(tried.verdicts) > 5
    assert all("its log loss is not better than that of what is in force beyond doubt" in verdict.refused for verdict in tried.verdicts)
    assert not tried.worse_than_priors


def test_what_is_worse_than_the_priors_is_said_to_be() -> None:
    """As soon as a whole window shows it, and until something else is in force. Mutant caught: intervals compared the other way round."""
    tried, stream = trials(WRONG), simulated(1_200, seed=6, law=PRIORS, bias=BIAS)
    warned = []
    for each in stream:
        tried.take(each)
        warned.append(tried.worse_than_priors)
        if tried.worse_than_priors:
            break
    assert warned.index(True) >= 299
    tried.put_in_force(None)
    assert not tried.worse_than_priors
    assert tried.in_force is None


def test_who_falls_back_begins_a_new_window() -> None:
    """No window is judged half by one and half by another: after a change it takes a whole new one."""
    tried, stream = trials(WRONG), simulated(2_000, seed=7)
    for each in stream[:500]:
        tried.take(each)
    judged = len(tried.verdicts)
    tried.put_in_force(None)
    for each in stream[500:799]:
        tried.take(each)
    assert len(tried.verdicts) == judged
    for each in stream[799:900]:
        tried.take(each)
    assert len(tried.verdicts) == judged + 1
    found = tried.verdicts[-1].trial.in_force
    judged_by = stream[500 : 500 + found.examples]
    assert found == figures([each.prior for each in judged_by], [each.left for each in judged_by])


def test_a_large_window_is_thinned_as_far_as_leavers_remain_enough() -> None:
    """60,000 examples with 5,000 leavers are judged by a quarter of them, with 60 leavers by all."""
    for every, step in ((11, 4), (997, 1)):
        course = Course(0)
        for nth, each in enumerate(simulated(100, seed=8) * 600):
            course.take(each)
            course.left[-1] = nth % every == 3
        course.leavers = sum(course.left)
        assert len(course.thinned().left) == 60_000 // step
        assert course.thinned().leavers >= 60


def test_the_same_examples_lead_to_the_same_adoptions() -> None:
    stream, one, two = simulated(1_500, seed=9), trials(), trials()
    assert [one.take(each) for each in stream] == [two.take(each) for each in stream]
    assert one.verdicts == two.verdicts
    assert len(one.verdicts) >= 2


@pytest.mark.parametrize("seed", range(3))
def test_a_small_window_decides_nothing_by_itself(seed: int) -> None:
    """Ten of each outcome do not tell two scores apart that are the same: the interval is what decides, not the mean."""
    tried = trials(AWAKE, Window(examples=60, of_each=10, days=2))
    adopted = [found for each in simulated(1_500, seed=20 + seed) if (found := tried.take(each))]
    assert len(tried.verdicts) >= 10
    assert len(adopted) <= 1


def judged(better: float, rule: float, seed: int = 1) -> Course:
    """A window of 400: the order by the candidate, by what is in force (the priors) and by a rule of thumb. `better` and `rule` tell by how
    much less noise than what is in force."""
    dice, course = np.random.default_rng(seed), Course(0)
    odds = dice.normal(-1.0, 1.5, 400)
    noise = {name: odds + dice.normal(0, 1.5 - less, 400) for name, less in (("learnt", better), ("force", 0.0), ("rule", rule))}
    for nth, left in enumerate(dice.random(400) < 1 / (1 + np.exp(-odds))):
        shown = example(nth, 25, {"cadence": 0.0, "known:idle": float(noise["rule"][nth])}, bool(left))
        course.take(replace(shown, prior=logistic(0.5 * noise["force"][nth])))
        course.in_force.append(logistic(0.5 * noise["force"][nth]))
        course.learnt.append(logistic(0.5 * noise["learnt"][nth]))
    return course


def test_where_a_rule_of_thumb_wins_a_candidate_needs_no_proof_beyond_doubt() -> None:
    """It must be better in the mean, and the trial says by which rule. Mutants caught: the lower bar always; a rule that needs not win; a
    candidate that is worse let in."""
    beside, without = verdict(judged(0.1, 1.4)), verdict(judged(0.1, -3.0))
    assert beside.trial.better_by == without.trial.better_by
    assert beside.trial.better_by[0] < 0 < sum(beside.trial.better_by)
    assert (beside.adopted, beside.trial.rule) == (True, "days since the latest act")
    assert (without.adopted, without.trial.rule) == (False, "")
    worse = verdict(judged(-1.0, 1.4))
    assert not worse.adopted
    assert "its log loss is not better than that of what is in force" in worse.refused


def test_what_came_in_by_the_lower_bar_goes_by_it() -> None:
    """Mutant caught: weights that no trial ever proved, protected by what they were spared."""
    course = judged(0.1, -3.0)
    assert verdict(course, "few purchases").adopted
    assert verdict(course, "few purchases").trial.rule == "few purchases"
    assert not verdict(judged(-1.0, -3.0), "few purchases").adopted


def test_what_wins_beyond_doubt_needs_no_rule() -> None:
    """Mutant caught: the rule told where it was not needed, so that the next candidate has a lower bar."""
    found = verdict(judged(0.3, 1.5))
    assert (found.adopted, found.trial.rule) == (True, "")
