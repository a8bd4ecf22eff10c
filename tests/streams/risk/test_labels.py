"""Stated risks and what became of them, against the customer's own acts counted by hand; and models that come into force and go."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.control import ModelPublished
from schemas.control.models import BASIS, CadenceModel, LearntWeights
from schemas.outputs.signals import RiskChanged, RiskProved, RiskStated
from schemas.touchpoints import Touchpoint
from schemas.writing import from_rfc3339
from streams.detectors import DAY
from streams.replay import Replay
from streams.risk import score
from streams.risk.labels import GIVEN_UP, KNOWN_FROM
from streams.rules import Rules
from streams.rules.blueprint import Blueprint
from streams.state import Cadence, Journey
from streams.story import START, story

HORIZON = 20
RULES = Rules(Blueprint(horizon_days=HORIZON))
MODEL = CadenceModel(family="mbg_nbd", parameters=(1.5, 10.0, 0.8, 8.0), customers=900, purchases=9000, log_likelihood=-3e4)


def visits(days: list[int], customer: str = "c1") -> list[Touchpoint]:
    return story("\n".join(f"{day}d web page_viewed / page=/ customer={customer}" for day in days))


def told(lines: list[tuple[int, str]]) -> list[Touchpoint]:
    """A story by days, in their order."""
    return story("\n".join(f"{day}d {line}" for day, line in sorted(lines)))


def stated(replay: Replay) -> list[RiskStated]:
    return [each for each in replay.emissions if isinstance(each, RiskStated)]


def proved(replay: Replay) -> list[RiskProved]:
    return [each for each in replay.emissions if isinstance(each, RiskProved)]


@settings(max_examples=80)
@given(st.lists(st.integers(0, 250), min_size=1, max_size=30, unique=True).map(sorted))
def test_what_is_proved_is_whether_the_customer_acted_within_the_horizon(days: list[int]) -> None:
    """Mutants caught: the horizon counted from the proof; a proof said twice."""
    replay = Replay(RULES).run(visits(days), START + 400 * DAY)
    acts = [START + day * DAY for day in days]
    found, truths = stated(replay), proved(replay)
    assert [truth.stated for truth in truths] == [each.at for each in found[: len(truths)]]
    for truth in truths:
        since = from_rfc3339(truth.stated)
        assert truth.horizon_days == HORIZON
        assert truth.left == (not any(since < act <= since + HORIZON * DAY for act in acts))


@given(st.lists(st.integers(0, 250), min_size=1, max_size=30, unique=True).map(sorted))
def test_statements_lie_a_horizon_apart_and_end(days: list[int]) -> None:
    """Mutant caught: stating for ever."""
    replay = Replay(RULES).run(visits(days), START + 2_000 * DAY)
    moments = [from_rfc3339(each.at) for each in stated(replay)]
    assert all(later - earlier >= HORIZON * DAY for earlier, later in pairwise(moments))
    assert all(ctx <= START + days[-1] * DAY + (GIVEN_UP + 1) * HORIZON * DAY for ctx in moments)
    assert len(proved(replay)) == len(moments)
    assert len({each.id for each in [*stated(replay), *proved(replay)]}) == 2 * len(moments)


def test_passers_by_and_the_anonymous_are_not_asked_about() -> None:
    """Mutants caught: known from the first act; `anonymous` left out."""
    hurried = told([(0, "web page_viewed / page=/"), (1, "web cart_updated /cart cart=k1 items=2 value=5000")])
    few = Replay(RULES).run(hurried, START + 90 * DAY)
    nobody = Replay(RULES).run(visits(list(range(9)), "anon:1"), START + 90 * DAY)
    assert stated(few) == stated(nobody) == []
    assert stated(Replay(RULES).run(visits(list(range(KNOWN_FROM))), START + 90 * DAY))


def test_who_cancels_has_left_whatever_else_they_do() -> None:
    """Mutant caught: a cancellation that counts for nothing."""
    lines = [(day, "web page_viewed / page=/") for day in range(0, 120, 3)]
    replay = Replay(RULES).run(told([*lines, (70, "web subscription_cancelled /account subscription=a1")]), START + 119 * DAY)
    left = [truth for truth in proved(replay) if truth.left]
    assert len(left) == 1
    assert from_rfc3339(left[0].stated) < START + 70 * DAY <= from_rfc3339(left[0].at)


def test_what_we_do_is_no_staying_of_theirs() -> None:
    """Mutant caught: `left` by the latest touchpoint of any kind."""
    lines = [(day, "web page_viewed / page=/") for day in range(4)]
    lines += [(day, f"email message_sent - message=m{day}") for day in range(4, 60, 2)]
    truths = proved(Replay(RULES).run(told(lines), START + 70 * DAY))
    assert truths
    assert truths[-1].left


def test_who_comes_back_is_asked_about_again() -> None:
    replay = Replay(RULES).run(visits([0, 1, 2, 3, 300, 301]), START + 500 * DAY)
    moments = [from_rfc3339(each.at) for each in stated(replay)]
    assert any(ctx < START + 100 * DAY for ctx in moments)
    assert any(ctx > START + 300 * DAY for ctx in moments)
    assert not any(START + 100 * DAY < ctx < START + 300 * DAY for ctx in moments)


def test_strengths_and_learnt_weights_make_the_stated_risk() -> None:
    """Whoever learns has all it needs. Mutant caught: strengths taken at the time of the latest touchpoint."""
    learnt = {"known:idle": 0.4, "idle": 9.0, "cadence": 0.3, "known:quarter:browsing": -0.2}
    weights = LearntWeights(bias=9.0, weights=learnt, horizon_days=HORIZON, examples=9, basis=BASIS, known_bias=-1.5)
    replay = Replay(RULES)
    replay.apply(ModelPublished(name="cadence", version=1, cadence=MODEL))
    replay.apply(ModelPublished(name="weights", version=4, weights=weights))
    lines = [(day, "web page_viewed / page=/") for day in range(0, 60, 4)]
    lines += [(day, f"store purchase_made till receipt=r{day}") for day in (5, 13, 41)]
    replay.run(told(lines), START + 110 * DAY)
    known = [each for each in stated(replay) if "cadence" in each.strengths]
    priors = {name: one.risk.weight for name, one in RULES.detectors.items() if one.risk}
    assert len(known) >= 3
    for each in known:
        named = sum(weight * each.strengths.get(name, 0.0) for name, weight in weights.weights.items())
        unnamed = sum(priors.get(name, 0.0) * strength for name, strength in each.strengths.items() if name not in weights.weights)
        assert each.risk == pytest.approx(score.logistic(-1.5 + named + unnamed), abs=1e-4)
        assert (each.weights, each.prior != each.risk) == (4, True)


def test_of_a_long_horizon_sixty_days_are_stated_and_proved() -> None:
    """And the risk stated is that of the sixty days. Mutants caught: the horizon of the rules; their risk, beside a label of 60 days."""
    replay = Replay(Rules(Blueprint(horizon_days=273)))
    replay.apply(ModelPublished(name="cadence", version=1, cadence=MODEL))
    replay.run(told([(day, f"store purchase_made till receipt=r{day}") for day in (0, 6, 13, 20, 41)]), START + 190 * DAY)
    found, truths = stated(replay), proved(replay)
    assert len(truths) >= 2
    assert {each.horizon_days for each in found} == {each.horizon_days for each in truths} == {60}
    assert {later - earlier for earlier, later in pairwise(from_rfc3339(each.at) for each in found)} == {60 * DAY}
    silent = found[-1]
    short, long = ((replay.rules.within(days), replay.journeys["c1"]) for days in (60, 273))
    at = from_rfc3339(silent.at)
    assert score.risk(short[1], at, short[0]) == pytest.approx(silent.risk)
    assert score.risk(long[1], at, long[0]) < silent.risk


def test_a_model_comes_into_force_by_the_log_and_an_older_version_changes_nothing() -> None:
    """Mutants caught: the version not compared; falling back that leaves the model in force."""
    replay = Replay(RULES)
    newer = ModelPublished(name="cadence", version=2, cadence=MODEL)
    replay.apply(newer)
    replay.apply(ModelPublished(name="cadence", version=1))
    before, bought = replay.rules, Journey(cadence=Cadence(count=1))
    replay.apply(ModelPublished(name="cadence", version=3, why="it was worse"))
    after = replay.rules
    assert before.models.cadence == MODEL
    assert [[term.name for term, _ in each.basis_of(bought).features] for each in (before, after)] == [["cadence"], []]
    assert (after.models.cadence, after.models.changes) == (None, 2)


def test_a_change_of_band_says_whose_weights_and_which_model() -> None:
    replay = Replay(RULES)
    replay.apply(ModelPublished(name="cadence", version=3, cadence=MODEL))
    replay.run(story("\n".join(f"{7 * week}d store purchase_made till receipt=r{week}" for week in range(8))), START + 200 * DAY)
    changes = [each for each in replay.emissions if isinstance(each, RiskChanged)]
    assert {(each.weights, each.cadence) for each in changes} == {(0, 3)}
    assert {each.band for each in changes} == {"calm", "watch"}  # between two purchases of the first weeks, and for good after the last
    assert {each.held_back for each in changes} == {""}
