"""Whether brokers answer, as a thread of its own sees it: the reason, a line a minute, and a line when they are back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest
from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient

from agents.kafka.brokers import SILENT_S, Brokers
from tests.agents.company import until

REFUSED = "Connect to ipv4#127.0.0.1:9 failed: Connection refused"


class Client:
    """A client whose brokers answer or not, as told. It reports errors when it is polled, as librdkafka does."""

    def __init__(self, properties: dict[str, Any]) -> None:
        self._report: Callable[[KafkaError], None] = properties["error_cb"]
        self.properties, self.answers, self.asked = properties, False, 0

    def list_topics(self, _topic: str, timeout: float) -> None:
        self.asked += 1
        if not self.answers:
            raise KafkaException(KafkaError(KafkaError._TRANSPORT, "Failed to get metadata"))

    def poll(self, _within_s: float) -> None:
        if not self.answers:
            self._report(KafkaError(KafkaError._TRANSPORT, REFUSED))
            self._report(KafkaError(KafkaError._ALL_BROKERS_DOWN, "1/1 brokers are down"))


class Hour:
    """Brokers looked at every two seconds, on a clock that a test moves."""

    def __init__(self) -> None:
        self.at, self.clients = 100.0, list[Client]()
        self.brokers = Brokers({"bootstrap.servers": "k:9"}, self._connect, lambda: self.at)
        self.client = self.clients[0]

    def _connect(self, properties: dict[str, Any]) -> AdminClient:
        self.clients.append(Client(properties))
        return cast(AdminClient, self.clients[-1])

    def pass_by(self, seconds: int, answers: bool) -> list[bool]:
        """Let time pass; return at each look whether they were in trouble."""
        self.client.answers, seen = answers, []
        for _ in range(seconds // 2):
            self.at += 2
            self.brokers.look()
            seen.append(bool(self.brokers.trouble()))
        return seen


def test_the_reason_is_the_connections_own(caplog: pytest.LogCaptureFixture) -> None:
    """Mutants: `all brokers are down` in place of the cause; ready before the first answer."""
    hour = Hour()
    assert hour.pass_by(2, answers=False) == [True]
    assert hour.brokers.trouble() == f"no answer from Kafka at k:9 for 2 s: {REFUSED}"


def test_a_line_a_minute_says_that_it_waits_and_one_that_it_need_not(caplog: pytest.LogCaptureFixture) -> None:
    """Mutants: a line at each look; none after the first; no line when they are back."""
    caplog.set_level("INFO")
    hour = Hour()
    hour.pass_by(180, answers=False)
    assert len(caplog.messages) == 3
    assert all(line.endswith("; waiting") and REFUSED in line for line in caplog.messages)
    hour.pass_by(60, answers=True)
    assert caplog.messages[3:] == ["Kafka answers again after 182 s"]
    hour.pass_by(10, answers=False)
    assert len(caplog.messages) == 5


def test_one_answer_that_is_late_is_no_trouble_and_silence_is() -> None:
    """Mutants: not ready after one failed look; ready for ever after the first answer."""
    hour = Hour()
    hour.pass_by(2, answers=True)
    seen = hour.pass_by(20, answers=False)
    assert seen == [2.0 * (number + 1) >= SILENT_S for number in range(10)]
    assert hour.pass_by(2, answers=True) == [False]


def test_a_thread_that_looks_no_more_is_trouble() -> None:
    """Mutant: the last answer believed for ever."""
    hour = Hour()
    hour.pass_by(2, answers=True)
    hour.at += SILENT_S
    assert hour.brokers.trouble()


def test_whoever_waits_goes_on_with_the_first_answer() -> None:
    hour = Hour()
    hour.brokers.start()
    assert until(lambda: hour.client.asked)
    hour.client.answers = True
    hour.brokers.wait()
    assert not hour.brokers.trouble()


def test_its_lines_go_to_our_log() -> None:
    """Mutant: librdkafka's lines straight to standard error, forty a second."""
    assert Hour().client.properties["logger"].name == "librdkafka"
