"""The learning role without a broker: whatever way partitions are read, and however often, the same is published, and only once."""

from __future__ import annotations

import random
from collections.abc import Iterable
from zlib import crc32

import msgspec
import pytest

from agents.learning.adopting import Adopting
from agents.learning.cadence.background import Fits
from agents.learning.trials import Trials
from agents.learning.weights import shipped
from agents.published.models import PublishedModels
from agents.settings import Settings
from schemas.control import ModelPublished
from schemas.control.models import LearntWeights
from schemas.outputs.signals import RiskProved, RiskStated
from schemas.writing import from_rfc3339
from streams.replay import Replay
from streams.rules import Rules
from streams.rules.blueprint import Blueprint
from tests.agents.company import until
from tests.agents.learning.shoppers import BEGUN, DAY, courses, orders

HORIZON, PARTITIONS, DAYS = 10.0, 3, 110
RULES = Rules(Blueprint(horizon_days=HORIZON))
SETTLING = 60_000
Proof = tuple[bytes, int]  # record, and when it came into the log: ms


@pytest.fixture(scope="module")
def proofs() -> list[list[bytes]]:
    """What a company's partitions state and prove, each in the order of its log."""
    replays = [Replay(RULES) for _ in range(PARTITIONS)]
    for order in orders(courses(400, DAYS, seed=7, leaving=0.1)):
        replays[crc32(order.customer.encode()) % PARTITIONS].apply(order)
    for replay in replays:
        replay.pass_time((BEGUN + DAYS) * DAY)
    return [[msgspec.json.encode(one) for one in replay.emissions if isinstance(one, RiskStated | RiskProved)] for replay in replays]


def fresh() -> Adopting:
    return Adopting(Trials(shipped(), RULES.blueprint.bias, HORIZON), HORIZON, SETTLING)


def mixed(proofs: list[list[bytes]], seed: int) -> list[Proof]:
    """The partitions read in turns of random length; each stays in its order. Logged within a second, all of it."""
    dice, waiting, found = random.Random(seed), [list(reversed(one)) for one in proofs], list[Proof]()
    while any(waiting):
        part = waiting[dice.randrange(PARTITIONS)]
        found += [(part.pop(), len(found) % 1_000) for _ in range(min(len(part), dice.randrange(1, 500)))]
    return found


def live(proofs: list[list[bytes]]) -> list[Proof]:
    """All of them as they become true, each logged when it does."""
    return sorted(((value, _at(value)) for part in proofs for value in part), key=lambda each: each[1])


def lived(adopting: Adopting, given: Iterable[Proof], told: PublishedModels) -> list[LearntWeights]:
    """Read as it comes, a turn at every record; what is worth it is published at once."""
    said = list[LearntWeights]()
    for value, now in given:
        adopting.take(value, now)
        adopting.learn(told, now)
        said += spoken(adopting, told)
    while adopting.learn(told, 2**60):
        """Some at a time."""
    return said + spoken(adopting, told)


def spoken(adopting: Adopting, told: PublishedModels) -> list[LearntWeights]:
    """What is worth publishing is published."""
    weights = adopting.worth_publishing(told)
    if weights is None:
        return []
    told.take(ModelPublished(name="weights", version=told.version("weights") + 1, weights=weights))
    return [weights]


def read_again(given: Iterable[Proof], told: PublishedModels) -> Adopting:
    """A role that begins: all is read before anything is learnt."""
    adopting = fresh()
    for value, logged_at in given:
        adopting.take(value, logged_at)
    while adopting.learn(told, 2**60):
        """Some at a time."""
    return adopting


def test_a_history_read_at_once_teaches_what_living_through_it_did(proofs: list[list[bytes]]) -> None:
    """Leavers come last in its log. Mutants: examples learnt from as they lie there; one that has just come does not hold back others."""
    adopted = lived(fresh(), live(proofs), PublishedModels())
    assert adopted
    assert all(weights.trial and (weights.trial.better_by[0] > 0 or weights.trial.rule) for weights in adopted)
    for seed in range(3):
        assert read_again(mixed(proofs, seed), PublishedModels()).trials.in_force == adopted[-1]
        assert lived(fresh(), mixed(proofs, seed), PublishedModels()) == adopted[-1:]


def test_who_begins_again_publishes_nothing_that_was_published(proofs: list[list[bytes]]) -> None:
    """Mutant: the history of the models not looked at."""
    told = PublishedModels()
    said = lived(fresh(), live(proofs), told)
    again = read_again(mixed(proofs, 2), told)
    assert spoken(again, told) == []
    assert again.trials.in_force == said[-1]


def test_who_comes_late_publishes_the_newest_alone(proofs: list[list[bytes]]) -> None:
    """A year was read before the role ever ran: what won long ago and lost since is nobody's business."""
    told = PublishedModels()
    late = read_again(mixed(proofs, 1), told)
    assert spoken(late, told) == [late.trials.in_force]
    assert spoken(late, told) == []


def test_what_an_operator_took_back_is_out_of_force_in_trials_from_the_first_statement_without_it(proofs: list[list[bytes]]) -> None:
    """And comes again by a later window alone. Mutants: trials go on against weights that nobody judges by; taken back, and said again."""
    first = lived(fresh(), live(proofs), PublishedModels())[0]
    assert first.trial is not None
    told = PublishedModels()
    told.take(ModelPublished(name="weights", version=1, weights=first))
    told.take(ModelPublished(name="weights", version=2))
    since = first.trial.until + 3 * DAY
    under = [(stated_under(value, 2 if at >= since else 1), at) for value, at in live(proofs)]
    before = [(value, at) for value, at in under if at < since + 5 * DAY]
    soon = read_again(before, told)
    assert (soon.trials.in_force, spoken(soon, told)) == (None, [])
    later = read_again(under, told)
    [again] = spoken(later, told)
    assert again.trial is not None
    assert again.trial.since > first.trial.since
    adopted = [verdict for verdict in later.trials.verdicts if verdict.trial.since == again.trial.since]
    assert [verdict.against_priors for verdict in adopted] == [again.trial.better_by]  # the priors are in force


def stated_under(value: bytes, version: int) -> bytes:
    """The same risk, stated under a version of the weights."""
    output = msgspec.json.decode(value, type=RiskStated | RiskProved)
    return msgspec.json.encode(msgspec.structs.replace(output, weights=version)) if isinstance(output, RiskStated) else value


def _at(value: bytes) -> int:
    return from_rfc3339(msgspec.json.decode(value, type=RiskStated | RiskProved).at)


def test_risks_stated_for_another_horizon_teach_nothing(proofs: list[list[bytes]]) -> None:
    other = Adopting(Trials(shipped(), RULES.blueprint.bias, 20.0), 20.0, SETTLING)
    lived(other, live(proofs), PublishedModels())
    assert other.trials.learner.examples == 0


def test_calibration_is_that_of_what_was_stated(proofs: list[list[bytes]]) -> None:
    adopting = fresh()
    assert adopting.calibration() is None
    adopting = read_again(mixed(proofs, 1), PublishedModels())
    brier, slope = adopting.calibration() or (0.0, None)
    assert 0.05 < brier < 0.35
    assert slope is not None
    assert 0.3 < slope < 2
    assert adopting.drift is not None


def test_no_cadence_is_fitted_after_one_was_taken_back() -> None:
    """Mutant: the role publishes again what an operator has just taken back."""
    fits, told = Fits(Settings(), lambda _model, _why: None), PublishedModels()
    told.take(ModelPublished(name="cadence", version=2))
    fits.turn(told)
    assert (fits._under_way, fits.ended) == (None, 0)


def test_a_fit_that_fails_is_told_by_the_role_alone(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    """Mutant: an error leaves the child, and Python writes its traceback between the lines of the log."""
    settings = Settings.from_env({"SOJOURN_BROKERS": "127.0.0.1:9", "SOJOURN_CADENCE_INTERVAL_MS": "1000"})
    fits, told = Fits(settings, lambda _model, _why: None), PublishedModels()

    def has_failed() -> bool:
        fits.turn(told)
        return fits.failed > 0

    until(has_failed)
    fits.end()
    assert (fits.failed, fits.ended) == (1, 0)
    assert "a cadence fit failed: KafkaException" in caplog.text
    assert capfd.readouterr().err == ""


def test_risks_of_another_basis_teach_nothing_and_their_weights_are_not_followed(proofs: list[list[bytes]]) -> None:
    """An upgrade: what was stated and published before means something else, and holds nothing back. Mutants: the basis of a statement not
    looked at; weights of another basis put in force in the trials; their trial taken for one that covers the window."""
    before = [(of_another_basis(value), at) for value, at in live(proofs)]
    assert read_again(before, PublishedModels()).trials.learner.examples == 0
    first = lived(fresh(), live(proofs), PublishedModels())[0]
    assert first.trial is not None
    told, later = PublishedModels(), msgspec.structs.replace(first.trial, until=first.trial.until + 9_000 * DAY)
    told.take(ModelPublished(name="weights", version=1, weights=msgspec.structs.replace(first, basis="", trial=later)))
    adopting = read_again([(stated_under(value, 1), at) for value, at in live(proofs)], told)
    assert adopting.trials.in_force == lived(fresh(), live(proofs), PublishedModels())[-1]
    assert spoken(adopting, told) == [adopting.trials.in_force]


def of_another_basis(value: bytes) -> bytes:
    """The same risk, as it was stated before there were names."""
    output = msgspec.json.decode(value, type=RiskStated | RiskProved)
    return msgspec.json.encode(msgspec.structs.replace(output, basis="")) if isinstance(output, RiskStated) else value
