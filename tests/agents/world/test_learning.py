"""The score learns what live workers would learn: from the replay's own journeys and proofs, with the code of the learning role."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest

from agents.world.scoring import playing
from agents.world.scoring.learning import AGAIN, Learning
from agents.world.scoring.playing import play
from agents.world.scoring.report import report
from agents.world.scoring.thumbs import RULES, few_visits, since_purchase, since_visit
from streams.replay import Replay
from streams.rules import Rules
from streams.rules.blueprint import Blueprint
from streams.state import Cadence, Journey
from tests.agents.learning.shoppers import BEGUN, DAY, courses, orders

DAYS = 110


def _lived(customers: int, days: int, leaving: float = 0.1) -> tuple[Replay, Learning]:
    """A company's purchases, day by day; the horizon is ten days, so there is something to learn weights from."""
    replay = Replay(Rules(Blueprint(horizon_days=10)))
    learning, waiting = Learning(replay), orders(courses(customers, DAYS, seed=7, leaving=leaving))
    for day in range(days):
        ends = (BEGUN + day + 1) * DAY
        for order in (one for one in waiting if ends - DAY <= one.at < ends):
            replay.apply(order)
        replay.pass_time(ends)
        learning.end_day(day, ends)
        replay.emissions.clear()
    return replay, learning


def test_what_is_learnt_comes_into_force_in_the_journeys() -> None:
    """Mutants caught: the control is not applied; it is applied under one version for ever; proofs are not learnt from."""
    replay, learning = _lived(400, DAYS)
    cadences, weights = ([one for one in learning.learnt if one.name == name] for name in ("cadence", "weights"))
    assert [one.version for one in cadences] == list(range(1, len(cadences) + 1))
    assert {(each.day - cadences[0].day) % AGAIN for each in cadences} == {0}
    assert (len(cadences) > 1, len(weights) > 0) == (True, True)
    models = replay.rules.models
    assert models.cadence is not None
    assert f"fitted to {models.cadence.customers} customers" in cadences[-1].why
    assert models.weights is not None
    assert models.weights.trial is not None
    assert models.changes == len(learning.learnt)


def test_the_same_days_teach_the_same() -> None:
    """Mutant caught: a fit that begins at a random place."""
    (first, once), (second, again) = _lived(350, 60), _lived(350, 60)
    assert once.learnt == again.learnt
    assert first.rules.models == second.rules.models


def test_no_model_is_fitted_to_fewer_customers_than_live_workers_need() -> None:
    """Mutant caught: a fit at fewer than 300 who came back."""
    replay, learning = _lived(250, 40)
    assert "cadence" not in {one.name for one in learning.learnt}
    assert replay.rules.models.cadence is None


def test_the_risk_of_a_world_is_read_with_the_model_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small world learns from 50 customers. Without a model most risks are the same: nothing is known of most customers.

    Mutants caught: the control is not applied; `play` does not end the day.
    """
    monkeypatch.setattr(playing, "Learning", partial(Learning, least=50))
    played = play(3, 52, 150)
    told = report(played)
    assert 0 < told["learnt"][0]["day"] < told["risk"]["day"]
    assert max(Counter(played.risks.values()).values()) < len(played.risks) / 2
    assert [one["rule"] for one in told["risk"]["thumbs"]] == list(RULES)


def test_rules_of_thumb_need_no_model() -> None:
    """Mutant caught: whoever never bought is taken for one who bought today."""
    bought = Journey(first_seen=DAY, acted_at=7 * DAY, cadence=Cadence(count=1, first=4 * DAY, last=4 * DAY))
    assert (since_purchase(bought, 9 * DAY), since_visit(bought, 9 * DAY)) == (5, 2)
    assert since_purchase(Journey(first_seen=DAY, acted_at=7 * DAY), 9 * DAY) == 8
    assert few_visits(Journey(acts=3), 0) < few_visits(Journey(acts=2), 0)
