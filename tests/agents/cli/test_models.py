"""Models at the command line: fitted to a file or to the journeys, put in force in every partition at once, shown, taken back."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from math import log
from pathlib import Path

import msgspec
import pytest
from confluent_kafka import KafkaException

from agents.carrier.record import PARTITION_KEY, STATE, PartitionRecord
from agents.kafka.producer import LogProducer
from agents.kafka.reader import LogReader
from agents.kafka.signing import signer
from agents.published.models import key_of, publish, read_told
from agents.settings import Settings
from agents.settings.security import librdkafka_security
from agents.tools.evaluating.families.fitting import in_units
from schemas.control import ModelPublished
from schemas.control.models import CadenceModel, Figures, LearntWeights, Trial
from schemas.control.signing import SIGNATURE, verdict
from schemas.topics import JOURNEY_CHANGELOG, MODELS, TOUCHPOINTS
from streams.replay import Replay
from tests.agents.cli.conftest import Cluster
from tests.agents.cli.terminal_session import sojourn
from tests.agents.learning.shoppers import Courses, courses, orders

FIGURES = Figures(examples=900, left=90, auc=0.8, auc_interval=(0.7, 0.9), brier=0.08, log_loss=0.3, intercept=0.0, slope=1.0)
WEIGHTS = LearntWeights(
    bias=-2.0, weights={"idle": 0.7, "complaint_unresolved": 1.25}, horizon_days=60, examples=1800, until=1_767_225_600_000,
    trial=Trial(since=1_764_547_200_000, until=1_767_225_600_000, learnt=FIGURES, in_force=FIGURES, better_by=(0.01, 0.04)),
)  # fmt: skip


CUT = "2026-04-10"


@pytest.fixture(scope="module")
def bought() -> Courses:
    return courses(500, 120, seed=7, leaving=0.08)


@pytest.fixture(scope="module")
def till(bought: Courses, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The purchases as a file."""
    path = tmp_path_factory.mktemp("till") / "till.csv"
    rows = [f"{customer},{date(1970, 1, 1) + timedelta(day)},9.90" for customer, days in bought.items() for day in days]
    path.write_text("\n".join(["customer,date,amount", *rows]) + "\n")
    return str(path)


def test_a_file_is_fitted_without_a_broker_and_tried_on_what_follows(till: str, tmp_path: Path) -> None:
    """Mutants: the likelier is not taken; the forecast made from purchases that it is judged by."""
    first, second, so_far, forecast, nearer = sojourn(
        "models", "fit", "--from", till, "--cut", CUT, "--horizon", "14", "--json", home=tmp_path
    ).documents()
    assert {first["family"], second["family"]} == {"mbg_nbd", "pareto_nbd"}
    assert (first["taken"], second["taken"]) == (True, False)
    assert first["aic"] < second["aic"]
    assert so_far["by_the_model"] == pytest.approx(so_far["purchases_after_first"], rel=0.05)
    assert (forecast["forecast_from"], forecast["days"], nearer["days"]) == (CUT, 20, 14)
    assert nearer["purchases_foreseen"] == pytest.approx(nearer["purchases_made"], rel=0.1)
    assert nearer["silence"]["auc"] > 0.9


def test_weeks_are_days_by_seven() -> None:
    """Mutants: every parameter divided; a likelihood that keeps its days."""
    model = CadenceModel(family="pareto_nbd", parameters=(0.5, 70.0, 0.6, 84.0), customers=9, purchases=2, log_likelihood=-20.0)
    assert in_units(model, 7.0) == {"r": 0.5, "alpha": 10.0, "s": 0.6, "beta": 12.0, "log_likelihood": pytest.approx(-20 + 2 * log(7))}


def test_what_cannot_be_fitted_is_told_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "once.csv").write_text("customer,date\na,2026-01-01\nb,20260103\n")
    (tmp_path / "wrong.csv").write_text("customer,date\na,yesterday\n")
    for words, cause in (
        (("--from", "once.csv"), "customers bought on a second day"),
        (("--from", "wrong.csv"), "wrong.csv:2: 'yesterday' is no date"),
        (("--from", "once.csv", "--customer", "who"), "no column 'who'; it has customer, date"),
        (("--cut", "2025-01-01"), "journeys keep no dates"),
    ):
        answer = sojourn("models", "fit", *(str(tmp_path / word) if word.endswith(".csv") else word for word in words), home=tmp_path)
        assert (answer.code, cause in answer.err, "Traceback" in answer.err) == (2, True, False), answer


def said(settings: Settings) -> dict[int, list[ModelPublished]]:
    """What each partition of the log was told, in order; every word is signed."""
    told: dict[int, list[ModelPublished]] = {number: [] for number in range(settings.partitions)}
    signs = signer(settings)
    with LogReader(settings, TOUCHPOINTS, beginning=True) as reader:
        for message in reader.until_end():
            value = message.value()
            assert isinstance(value, bytes)
            given = dict(message.headers() or ())[SIGNATURE]
            assert isinstance(given, bytes)
            place = signs.place(message.partition() or 0)
            assert verdict(settings.control_keys(), place, value, [(SIGNATURE, given)]) == "signed"
            told[message.partition() or 0].append(msgspec.json.decode(value, type=ModelPublished))
    return told


def keep(settings: Settings, bought: Courses) -> None:
    """The changelog as a worker leaves it that has seen these purchases; each journey was stored before, with less in it."""
    replay, producer = Replay(), LogProducer(librdkafka_security(settings), resend=False)
    events = orders(bought)
    for part in (events[: len(events) // 2], events[len(events) // 2 :]):
        replay.run(part)
        for customer, state in replay.states().items():
            producer.send(JOURNEY_CHANGELOG, STATE + customer.encode(), state, partition=0)
        record = PartitionRecord(0, "topic", msgspec.msgpack.encode(replay.partition))
        producer.send(JOURNEY_CHANGELOG, PARTITION_KEY, record.encode(), partition=0)
    producer.send(JOURNEY_CHANGELOG, STATE + b"forgotten", replay.states()["c0"], partition=0)
    producer.send(JOURNEY_CHANGELOG, STATE + b"forgotten", None, partition=0)
    producer.flush(30)


@pytest.mark.kafka
def test_a_model_comes_into_force_and_is_taken_back(fresh: Cluster, bought: Courses, till: str) -> None:
    """One story, as each step needs the one before it."""
    assert "no model was ever published" in fresh.sojourn("models", "history").err
    assert "no cadence model was ever published" in fresh.sojourn("models", "show").err
    assert fresh.sojourn("models", "fall-back", "cadence").code == 1
    keep(fresh.settings, bought)
    fitted = fresh.sojourn("models", "fit", "--family", "mbg_nbd", "--publish", "--why", "first", "--json").documents()
    by_file = fresh.sojourn("models", "fit", "--family", "mbg_nbd", "--from", till, "--json").documents()
    assert fitted[0] == by_file[0], "counters say what the purchases say"
    assert fitted[-1] == {"name": "cadence", "version": 1, "partitions": 4, "again": False, "fallen_back": False}
    publish(fresh.settings, "weights", weights=WEIGHTS)
    shown = fresh.sojourn("models", "show")
    assert shown.code == 0, shown
    for words in ("complaint_unresolved", "+1.250", "Trial by risks stated from 2025-12-01", "better by 0.0100 to 0.0400"):
        assert words in shown.out + shown.err
    back = fresh.sojourn("models", "fall-back", "--why", "a price war", "--json").documents()
    assert back == [{"name": "weights", "version": 2, "partitions": 4, "again": False, "fallen_back": True}]
    assert "the last was taken back by version 2" in fresh.sojourn("models", "show").err
    told = said(fresh.settings)
    assert [(word.name, word.version, word.why) for word in told[0]] == [
        ("cadence", 1, "first"),
        ("weights", 1, ""),
        ("weights", 2, "a price war"),
    ]
    assert all(words == told[0] for words in told.values())
    assert [
        msgspec.json.decode(json.dumps(row), type=ModelPublished) for row in fresh.sojourn("models", "history", "--json").documents()
    ] == told[0]
    table = fresh.sojourn("models", "history").out
    assert "none: shipped priors" in table
    assert "2 weights of 1,800 examples; log loss 0.3000, before 0.3000" in table


@pytest.mark.kafka
def test_what_is_in_force_is_said_again_and_changes_nothing(fresh: Cluster) -> None:
    before = read_told(fresh.settings)
    spoken = publish(fresh.settings, "cadence", cadence=before.cadence, why="again")
    assert (spoken.again, spoken.word) == (True, before.newest("cadence"))
    assert read_told(fresh.settings) == before


@pytest.mark.kafka
def test_of_two_who_publish_at_once_no_partition_hears_otherwise_than_another(fresh: Cluster) -> None:
    """Mutant: versions counted outside the transaction that only one can have."""

    def attempt(number: int) -> bool:
        try:
            publish(fresh.settings, "weights", weights=msgspec.structs.replace(WEIGHTS, examples=number))
        except KafkaException:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        got_through = list(pool.map(attempt, range(1, 9)))
    assert any(got_through)
    told, history = said(fresh.settings), read_told(fresh.settings).history()
    weights = [word for word in told[0] if word.name == "weights"]
    assert all(words == told[0] for words in told.values())
    assert [word.version for word in weights] == list(range(1, len(weights) + 1))
    assert weights == [word for word in history if word.name == "weights"]
    with LogReader(fresh.settings, MODELS, beginning=True) as reader:
        assert {message.key() for message in reader.until_end()} == {key_of(word) for word in history}


def test_without_a_broker_the_way_out_is_named(tmp_path: Path) -> None:
    for words in (("fall-back",), ("fit",)):
        answer = sojourn("models", *words, home=tmp_path, BROKERS="127.0.0.1:1")
        assert (answer.code, "no Kafka broker answers" in answer.err) == (2, True), answer


@pytest.mark.data
def test_the_customers_of_the_paper_give_the_parameters_of_the_paper(shared_folder: Path, tmp_path: Path) -> None:
    """CDNOW, Fader, Hardie and Lee 2005: r .243, alpha 4.414 weeks, a .793, b 2.426; log-likelihood -9582.4. Of 39 weeks ahead the paper's
    model foresees 1,653 purchases where 1,882 were made."""
    words = ("--customer", "sample_id", "--cut", "1997-09-30", "--family", "bg_nbd", "--unit", "weeks", "--json")
    file = str(shared_folder / "cdnow" / "cdnow_sample_2357.csv")
    fitted, so_far, forecast, _ = sojourn("models", "fit", "--from", file, *words, home=tmp_path).documents()
    assert fitted["parameters"] == pytest.approx({"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}, rel=2e-3)
    assert fitted["log_likelihood"] == pytest.approx(-9582.4, abs=0.1)
    assert (fitted["customers"], so_far["purchases_after_first"]) == (2357, 2457)
    assert (forecast["days"], forecast["purchases_foreseen"], forecast["purchases_made"]) == (273, 1653, 1882)
    assert forecast["mean_absolute_error"] == 0.7855
