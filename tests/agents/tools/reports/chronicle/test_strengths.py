"""The strengths of a stated risk are told in words, whatever they are of."""

from __future__ import annotations

import pytest

from agents.tools.reports.chronicle.reasons import strength_in_words
from agents.tools.reports.chronicle.risks import RISKS
from schemas.control import ModelPublished
from schemas.control.models import BASIS, CadenceModel, LearntWeights
from schemas.outputs.signals import RiskChanged, RiskStated
from schemas.writing import from_rfc3339
from streams.cadence.model import none_within
from streams.cadence.own_rhythm import buying_history
from streams.detectors import DAY
from streams.replay import Replay
from streams.rules.risk_terms import FEATURES
from streams.story import START, story


@pytest.mark.parametrize("name", FEATURES)
def test_every_base_feature_is_told_in_words(name: str) -> None:
    """Mutant caught: SPANS without `lately`; its name then stands there as it is on the wire."""
    words = strength_in_words(name, 1.61)
    assert ":" not in words.removeprefix("usual for this rhythm:")
    assert "of its full strength" not in words


def test_a_known_rhythm_is_told_as_people_say_it() -> None:
    """The share is the model's own, whatever was learnt. Mutant caught: the strength taken for the log-odds themselves."""
    model = CadenceModel(family="mbg_nbd", parameters=(1.5, 10.0, 0.8, 8.0), customers=900, purchases=9000, log_likelihood=-3e4)
    replay = Replay()
    replay.apply(ModelPublished(name="cadence", version=1, cadence=model))
    weights = LearntWeights(bias=0, weights={"cadence": 0.5}, horizon_days=60, examples=9, basis=BASIS, known_bias=-2.0)
    replay.apply(ModelPublished(name="weights", version=1, weights=weights))
    replay.run(story("".join(f"{7 * week}d store purchase_made till receipt=r{week}\n" for week in range(8))), START + 150 * DAY)
    for kind in (RiskChanged, RiskStated):
        last = [each for each in replay.emissions if isinstance(each, kind)][-1]
        [journey] = replay.journeys.values()
        share = none_within(model, *buying_history(journey.cadence, from_rfc3339(last.at)), 60)
        assert 0.2 < share < 0.999
        assert RISKS[kind](last).because[0] == f"usual for this rhythm: {share:.0%} buy nothing in 60 days"
