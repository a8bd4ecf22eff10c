"""A worker starts only where it can be right, and ends in order or at once."""

from __future__ import annotations

import signal
import threading
import time
from concurrent.futures import Future
from pathlib import Path
from typing import Any, NoReturn, cast

import pytest
from confluent_kafka import KafkaError, KafkaException, Producer

from agents.carrier import guards, names, topics
from agents.carrier import watchdog as watchdogs
from agents.carrier.build import build_app
from agents.carrier.exits import Refusal
from agents.carrier.security import credentials, refuse_plaintext
from agents.carrier.topics import Described
from agents.carrier.transaction import Transactions
from agents.carrier.watchdog import Watchdog
from agents.tools.embedded.kafka import Kafka
from tests.agents.carrier.fakes import options, running
from tests.agents.carrier.fleet import Fleet
from tests.agents.company import until
from tests.conftest import CACHE

FOUR = Described(4, "id")
SCRAM = {"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "SCRAM-SHA-512", "sasl.username": "w", "sasl.password": "p"}


@pytest.mark.parametrize("missing", ["in", "sojourn-journey-journeys-changelog", "no", "out"])
def test_a_missing_topic_is_named(missing: str) -> None:
    """Each of them, with what to do about it."""
    given = options(outputs=("out",))
    found: dict[str, Described | None] = dict.fromkeys(("in", given.changelog, "no", "out"), FOUR)
    assert guards.check_topics(given, found) is FOUR
    with pytest.raises(Refusal, match=f"{missing} does not exist.*sojourn topics create"):
        guards.check_topics(given, {**found, missing: None})


def test_another_number_of_partitions_than_we_were_told_is_refused() -> None:
    given = options(partitions=8)
    with pytest.raises(Refusal, match="SOJOURN_PARTITIONS to 4"):
        guards.check_topics(given, {"in": FOUR, given.changelog: FOUR})


@pytest.mark.parametrize("security", [{}, SCRAM], ids=["plain", "sasl without tls"])
def test_plaintext_stays_on_this_machine(security: dict[str, str]) -> None:
    """Mutant caught: only the first broker looked at; SASL taken for encryption."""
    refuse_plaintext(options(brokers="127.0.0.1:1,[::1]:2,localhost:3", security=security))
    refuse_plaintext(options(brokers="kafka-1:9092", security=security, allow_plaintext=True))
    refuse_plaintext(options(brokers="kafka-1:9092", security={**security, "security.protocol": "SASL_SSL"}))
    with pytest.raises(Refusal, match="to kafka-1, which is not this machine"):
        refuse_plaintext(options(brokers="127.0.0.1:1,kafka-1:9092", security=security))


@pytest.mark.parametrize("protocol", ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"])
def test_faust_speaks_the_protocol_that_was_meant(protocol: str) -> None:
    """Mutant caught: the TLS context handed to the app in place of the credentials: plaintext SASL, without a word."""
    given = options(security={**SCRAM, "security.protocol": protocol})
    guards.check_app(build_app(given))
    assert (credentials(given) is None) is (protocol == "PLAINTEXT")


def test_a_protocol_that_faust_would_not_speak_is_refused() -> None:
    app = build_app(options())
    app.options = options(security={**SCRAM, "security.protocol": "SASL_SSL"})
    with pytest.raises(Refusal, match="would speak"):
        guards.check_app(app)


def test_a_name_is_held_once_on_this_machine(tmp_path: Path) -> None:
    """Mutant caught: a lock that waits."""
    given = options(data_dir=tmp_path)
    held = names.lock_name(given)
    with pytest.raises(Refusal, match="already running on this machine"):
        names.lock_name(given)
    names.lock_name(options(data_dir=tmp_path, worker="other")).close()
    held.close()
    names.lock_name(given).close()


def test_a_twin_on_another_machine_is_waited_for_and_then_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mutant caught: a dead predecessor, a member until its session ends, taken for a living twin."""
    monkeypatch.setattr(names, "LOOK_SECONDS", 0.001)
    twin = names.Member(names.member_name(options(), "elsewhere"), "id")
    seen = iter([[twin], [twin], []])
    assert names.refuse_twin(options(), lambda: next(seen)) == []
    with pytest.raises(Refusal, match="already running as sojourn-journey-w@elsewhere"):
        names.refuse_twin(options(session_timeout=0.01), lambda: [twin])


@pytest.mark.kafka
def test_a_killed_worker_that_starts_again_keeps_nobody_waiting_for_its_session(fleet: Fleet) -> None:
    """The session is longer than the test. Mutant caught: the predecessor is not removed, and the group waits for it."""
    fleet.start(session_timeout=85.0)
    fleet.send(100)
    fleet.caught_up()
    fleet.workers["1"].kill()
    fleet.workers["1"].wait(10)
    fleet.send(100)
    fleet.start(session_timeout=85.0)
    fleet.caught_up(45)
    assert "it ended without leaving" in fleet.said()
    fleet.settle()


def test_an_answer_that_does_not_come_is_an_error_of_the_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mutant caught: a TimeoutError, which nobody who waits for a broker expects: the worker ended with 70 where it has to wait."""
    monkeypatch.setattr(topics, "TIMEOUT", 0.01)
    with pytest.raises(KafkaException, match=r"no answer about interactions\.v1"):
        topics.answer(Future(), "interactions.v1")


def test_a_broker_is_waited_for_with_one_line_a_minute(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """Mutants caught: a line for each attempt; a missing right waited for."""
    monkeypatch.setattr(guards, "sleep", lambda _seconds: None)
    errors = [KafkaError._TRANSPORT, KafkaError._TIMED_OUT, KafkaError._TIMED_OUT]

    def ask() -> str:
        if errors:
            raise KafkaException(KafkaError(errors.pop()))
        return "answer"

    assert guards.until_answered(options(), ask) == "answer"
    assert len(caplog.messages) == 1
    errors.append(KafkaError.TOPIC_AUTHORIZATION_FAILED)
    with pytest.raises(Refusal, match="what this account may do"):
        guards.until_answered(options(), ask)


def test_a_transactional_id_is_registered_in_steps_between_which_signals_are_obeyed() -> None:
    """Mutant caught: one call that may take a minute."""
    waits, steps = [KafkaError(KafkaError._TIMED_OUT, retriable=True)] * 3, []

    class Slow:
        def init_transactions(self, seconds: float) -> None:
            steps.append(seconds)
            if waits:
                raise KafkaException(waits.pop())

        def begin_transaction(self) -> None:
            steps.append(0.0)

    Transactions(options(), connect=lambda _settings: cast(Producer, Slow())).open()
    assert steps == [1.0, 1.0, 1.0, 1.0, 0.0]
    waits.append(KafkaError(KafkaError._FENCED))
    with pytest.raises(KafkaException):
        Transactions(options(), connect=lambda _settings: cast(Producer, Slow())).open()


def test_nothing_of_faust_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mutant caught: the app built without an environment of its own."""
    monkeypatch.setenv("CONSUMER_GROUP_INSTANCE_ID", "static")
    monkeypatch.setenv("PROCESSING_GUARANTEE", "exactly_once")
    conf: Any = build_app(options()).conf
    assert (conf.consumer_group_instance_id, conf.processing_guarantee.value) == (None, "at_least_once")


@pytest.mark.kafka
def test_a_worker_without_its_topics_refuses(fleet: Fleet) -> None:
    """Guards against: outputs left out of the question: the transaction failed later, and for ever."""
    fleet.delete(fleet.output)
    fleet.start()
    assert fleet.exit_code() == 2
    assert f"{fleet.output} does not exist. To fix it: run `sojourn topics create`." in fleet.said()


@pytest.mark.kafka
def test_sigterm_under_load_leaves_in_order_and_loses_nothing(fleet: Fleet) -> None:
    """Guards against: leaving without the last commit, and without leaving the group. SIGUSR2 opens no debugger on the way."""
    fleet.send(20_000)
    worker = fleet.start()
    fleet.ready()
    worker.send_signal(signal.SIGUSR2)
    begun = time.monotonic()
    assert fleet.stop() == [0]
    assert time.monotonic() - begun < 15
    applied = sum(fleet.states().values())
    assert applied == sum(max(0, offset) for offset in fleet.committed().values())
    group = fleet.admin.describe_consumer_groups([fleet.app])[fleet.app].result(10)
    assert not group.members
    fleet.start()
    fleet.settle()
    assert "SIGUSR2 is ignored" in fleet.said()


@pytest.mark.kafka
def test_two_workers_of_one_name_are_not_run(fleet: Fleet) -> None:
    fleet.start("1")
    fleet.ready("1")
    first = fleet.workers["1"]
    fleet.start("1")
    assert fleet.exit_code("1") == 2
    assert "already running on this machine" in fleet.said("1")
    first.terminate()
    assert first.wait(15) == 0


@pytest.mark.kafka
def test_a_chunk_lost_on_the_way_ends_the_process_before_it_is_passed(fleet: Fleet) -> None:
    """Mutant caught: the chain's comparison left out (the spike lost 20,000 events so)."""
    fleet.start(failpoint="drop:0.2")
    fleet.ready()
    until(lambda: _feed(fleet))
    assert "records are missing" in fleet.said()
    fleet.start()
    fleet.settle()


def _feed(fleet: Fleet) -> bool:
    fleet.send(20)
    return fleet.workers["1"].poll() == 70


def test_a_silent_broker_does_not_delay_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mutants caught: the deadline looked at by the thread that waits for the broker (16.4 s in place of 14); no deadline at all."""
    asked, silent, ended = threading.Event(), threading.Event(), threading.Event()

    class Silent(Watchdog):
        def _look_at_topics(self) -> None:
            asked.set()
            silent.wait(20)

    def end(_cause: str) -> NoReturn:
        ended.set()
        raise RuntimeError("the process would be gone")

    monkeypatch.setattr(watchdogs, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(watchdogs, "TOPICS_SECONDS", 0.01)
    watchdog = Silent(running(), options(), "id", end)
    watchdog.start()
    assert asked.wait(5)
    watchdog.must_end_within(0.1)
    assert ended.wait(10)
    watchdog._stopped.set()
    silent.set()


@pytest.mark.kafka
@pytest.mark.faults
def test_sigterm_ends_a_worker_whose_broker_has_just_been_lost(server_folder: Path, tmp_path: Path) -> None:
    """Mutant caught: no deadline: it waits for the broker as long as the client library does. Nothing is lost by it."""
    with Kafka(server_folder / "kafka-lost", cache=CACHE) as broker:
        fleet = Fleet(broker.bootstrap, tmp_path)
        try:
            worker = fleet.start(stop_timeout=4)
            fleet.ready()
            fleet.send(3000)
            broker.kill(1)
            begun = time.monotonic()
            worker.terminate()
            assert worker.wait(20) in (0, 70)
            assert time.monotonic() - begun < 9  # 4 s, a second between two looks, and a slow machine
            broker.restart(1)
            fleet.start()
            fleet.ready(times=2)
            fleet.settle(60)
        finally:
            fleet.end()
