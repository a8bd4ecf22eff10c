"""The learning role among real processes: what it learns comes into force in every partition, once, and is taken back by one command."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import msgspec
import pytest

from agents.published.models import publish, read_told
from agents.published.publish_blueprint import publish as publish_rules
from agents.tools.operating.feeding import Line, feed
from schemas.control import ModelPublished
from schemas.outputs.signals import RiskChanged, RiskStated
from schemas.topics import PROOFS, TOUCHPOINTS
from schemas.writing import encode
from streams.rules.blueprint import Blueprint
from tests.agents.company import Company, alive, company
from tests.agents.company import until as wait_until
from tests.agents.learning.shoppers import BEGUN, courses, orders

CUSTOMERS, DAYS, PARTITIONS = 450, 67, 2
FIRST, SECOND = BEGUN + 45, BEGUN + 56  # days up to which the first two parts of the history go
PATIENCE_S = 300.0  # a fit yields to everything else (niceness 10): beside two busy cores it gets a tenth of one
until = partial(wait_until, patience_s=PATIENCE_S)
BOUGHT = orders(courses(CUSTOMERS, DAYS, seed=7, leaving=0.1))


@pytest.fixture(scope="module")
def made(server_folder: Path) -> Iterator[Company]:
    """A company that asks who will not come within a week; six weeks have passed."""
    with company(server_folder / "learning", PARTITIONS) as here:
        publish_rules(here.settings, Blueprint(name="shop", horizon_days=7))
        here.worker("--only", "journey", MODE="events")
        send(here, 0, FIRST)
        yield here


def send(here: Company, after: int, until_day: int) -> None:
    """The purchases of these days."""
    part = (Line(encode(order), 0) for order in BOUGHT if after < order.at // 86_400_000 <= until_day)
    feed(here.settings, TOUCHPOINTS, part, lambda _events, _read: None)


def learner(here: Company) -> subprocess.Popen[bytes]:
    return here.worker("--only", "learning", SESSION_TIMEOUT_MS="6000", CADENCE_INTERVAL_MS="24000", LEARNING_SETTLING_MS="3000")


def stated(here: Company) -> list[RiskStated]:
    """Every risk that was stated."""
    return [
        msgspec.json.decode(value or b"", type=RiskStated) for _, _, value, *_ in here.records(PROOFS) if b'"risk_stated"' in (value or b"")
    ]


def changed(here: Company) -> list[RiskChanged]:
    """Every risk that crossed into another band."""
    values = [value or b"" for _, _, value, *_ in here.records("journey.risks.v1")]
    return [msgspec.json.decode(value, type=RiskChanged) for value in values if b'"risk_changed"' in value]


def heard(here: Company) -> list[list[ModelPublished]]:
    """What each partition of the log was told of models."""
    rows = [(number, value or b"") for number, _, value, *_ in here.records(TOUCHPOINTS) if b'"model_published"' in (value or b"")]
    words = [(at, msgspec.json.decode(value, type=ModelPublished)) for at, value in rows]
    return [
        sorted((word for at, word in words if at == number), key=lambda word: (word.name, word.version)) for number in range(PARTITIONS)
    ]


@pytest.mark.kafka
def test_what_is_learnt_comes_into_force_once_and_is_taken_back(made: Company) -> None:
    """One story, as each step needs the one before it. Mutants: published again by a role that begins again; one partition not told."""
    role = learner(made)
    until(lambda: (told := read_told(made.settings)).weights and told.cadence, made.log)
    send(made, FIRST, SECOND)
    until(lambda: [one for one in stated(made) if one.weights and "cadence" in one.strengths], made.log)
    until(lambda: [one for one in changed(made) if one.weights and one.cadence], made.log)
    until(lambda: learnt_all(made), made.log)
    told = read_told(made.settings)
    assert told.cadence is not None
    assert told.cadence.customers > 300
    by_weights = [(one, told.words["weights"][one.weights].weights) for one in changed(made) if one.weights]
    for one, learnt in by_weights:
        assert learnt is not None
        assert learnt.trial is not None
        assert learnt.trial.better_by[0] > 0 or learnt.trial.rule
        assert one.bias in (learnt.bias, learnt.known_bias)
        named = [each for each in one.contributions if each.signal in learnt.weights]
        assert [each.weight for each in named] == [learnt.weights[each.signal] for each in named]
    assert any(each.signal in ("idle", "cadence") for one, _ in by_weights for each in one.contributions)

    os.kill(role.pid, signal.SIGKILL)
    role.wait(10)
    role = learner(made)
    until(
        lambda: made.facts("learning")["pid"] == role.pid and learnt_all(made) and figure(made, "journey_cadence_fits_total") > 0, made.log
    )
    assert read_told(made.settings).words["weights"] == told.words["weights"]
    assert figure(made, 'journey_model_version{model="weights"}') == told.version("weights")
    until(lambda: heard(made) == [read_told(made.settings).history()] * PARTITIONS, made.log)
    role.terminate()
    assert role.wait(15) == 0

    version = publish(made.settings, "weights", why="taken back").word.version
    send(made, SECOND, BEGUN + DAYS)
    back = until(lambda: [one for one in stated(made) if one.weights == version], made.log)
    assert all(one.risk == one.prior for one in back)


@pytest.mark.kafka
def test_it_ends_at_once_also_in_the_middle_of_a_fit(made: Company) -> None:
    """Mutant: the end waits for the fit. A child outlives its parent by nothing."""
    role = learner(made)
    fits = until(lambda: made.facts("learning").get("pid") == role.pid and made.ready("learning") and children(role.pid), made.log)
    role.terminate()
    assert role.wait(15) == 0
    assert until(lambda: not any(map(alive, fits)), made.log)


def learnt_all(here: Company) -> bool:
    """Whether every risk that was proved has been learnt from."""
    values = [value or b"" for _, _, value, *_ in here.records(PROOFS)]
    return figure(here, "journey_learning_examples") == sum(b'"risk_proved"' in value for value in values) > 0


def figure(here: Company, name: str) -> float:
    """A figure of the learning role; 0 where it is not there yet."""
    lines = here.ask("learning", "/metrics")[1].decode().splitlines()
    return next((float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(f"{name} ")), 0.0)


def children(pid: int) -> list[int]:
    """Processes that this one has started."""
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(each) for each in listed.read_text().split()] if listed.exists() else []
