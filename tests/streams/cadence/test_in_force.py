"""A cadence model in force, of whatever family: an operator may publish any of them, so a worker scores by any of them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from schemas.control import ModelPublished
from schemas.control.models import PARAMETERS, CadenceFamily, CadenceModel
from schemas.outputs.signals import ChurnSignalRaised
from streams.cadence.model import FAMILIES
from streams.context import DetectorFailed
from streams.replay import Replay, signals_of
from streams.risk.score import published_contributions
from streams.rules.risk_terms import CADENCE
from streams.story import START, offset, story

FITTED: dict[CadenceFamily, tuple[float, float, float, float]] = {
    "bg_nbd": (1.5, 10.0, 0.8, 8.0),
    "mbg_nbd": (1.5, 10.0, 0.8, 8.0),
    "pareto_nbd": (1.5, 10.0, 0.8, 120.0),
}
WEEKLY = "".join(f"{7 * week}d store purchase_made till receipt=r{week} value=900 \n" for week in range(6))
SILENT = START + offset("75d")


def test_every_family_on_the_wire_is_scored() -> None:
    assert set(FAMILIES) == set(PARAMETERS) == set(FITTED)


@pytest.mark.parametrize("family", FITTED)
def test_a_model_of_any_family_may_be_in_force(family: CadenceFamily) -> None:
    """A weekly customer who falls silent: `cadence` adds to the risk, `probably_gone` is raised, no detector fails. Mutant caught: a family
    left out of `FAMILIES`."""
    model = CadenceModel(family=family, parameters=FITTED[family], customers=900, purchases=9000, log_likelihood=-3e4)
    replay = Replay()
    replay.apply(ModelPublished(name="cadence", version=1, cadence=model))
    replay.run(story(WEEKLY), SILENT)
    [journey] = replay.journeys.values()
    assert CADENCE in {part.signal for part in published_contributions(journey, SILENT, replay.rules)}
    assert "probably_gone" in {each.detector for each in replay.emissions if isinstance(each, ChurnSignalRaised)}
    assert not [each for each in replay.emissions if isinstance(each, DetectorFailed)]


def test_who_has_bought_nothing_keeps_their_timers_beside_a_model() -> None:
    """A visit after which the risk needs no further check. Mutant caught: no check means no timer, so the stalled start is never told."""
    model = CadenceModel(family="mbg_nbd", parameters=FITTED["mbg_nbd"], customers=900, purchases=9000, log_likelihood=-3e4)
    visits = "".join(f"\n{day}d web page_viewed /shop page=/shop" for day in (1, 2, 3))
    assert "onboarding_stalled" in signals_of(f"0 web account_created - account=q1{visits}", until="9d", model=model)


def test_scoring_imports_neither_numpy_nor_scipy() -> None:
    """A worker's start and memory stay what they were. Mutant caught: a model's table that imports what fits it."""
    seen = "import sys, streams.cadence.model; print(sorted({'numpy', 'scipy'} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
