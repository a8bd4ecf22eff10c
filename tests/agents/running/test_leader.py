"""The loop of a role that runs once per cluster: who leads reads everything and goes round; who does not waits."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import cast

import pytest
from confluent_kafka import KafkaError, KafkaException

from agents.running import leader
from agents.running.access import Access
from agents.running.leader import Leader, LeaderRole
from agents.running.observed import Readiness


class FakeLead:
    """Leads or not, as a list says, one word a question; at the end of the list the role is told to end."""

    def __init__(self, *leads: bool) -> None:
        self.leads = list(leads)
        self.ended: Callable[[], None] = lambda: None
        self.closed = False
        self.access = Access("group", "topic")
        self.access.grant()

    def ask(self, within_s: float) -> bool:
        assert not self.closed
        if not self.leads:
            self.ended()
            return False
        return self.leads.pop(0)

    def close(self) -> None:
        self.closed = True


class Acts:
    """A role that writes down what it does. `rounds` are the answers of its rounds; where there are none left it says True."""

    def __init__(
        self, lead: FakeLead, rounds: tuple[bool, ...] = (), *, through: bool = True, failures: tuple[KafkaError | None, ...] = ()
    ) -> None:
        self.done: list[str] = []
        self.said: list[Readiness] = []
        self._failures = list(failures)
        self._rounds, self._through = list(rounds), through
        self.loop = LeaderRole(cast(Leader, lead), self._read)
        lead.ended = self.loop.stop.set

    def _read(self, readers: ExitStack) -> Callable[[], bool] | None:
        readers.callback(self._note, "close")
        self._note("read")
        if self._failures and (error := self._failures.pop(0)) is not None:
            raise KafkaException(error)
        return self._round if self._through else None

    def _round(self) -> bool:
        self._note("round")
        return self._rounds.pop(0) if self._rounds else True

    def _note(self, what: str) -> None:
        self.done.append(f"{what} {self.loop.status}")
        self.said.append(self.loop.readiness())


def test_who_leads_reads_and_goes_round_until_another_leads() -> None:
    """Mutants: a round without the lead; readers that stay open; the lead kept at the end."""
    lead = FakeLead(False, True, True, True, False, False)
    role = Acts(lead)
    role.loop.run()
    assert role.done == ["read reading", "round running", "round running", "close running"]
    assert role.loop.status == "waiting"
    assert lead.closed


def test_everything_is_read_anew_where_a_round_says_so() -> None:
    role = Acts(FakeLead(True, True, True, True), rounds=(False,))
    role.loop.run()
    assert [each.split()[0] for each in role.done] == ["read", "round", "close", "read", "round", "close"]


def test_who_is_told_to_end_while_reading_goes_no_round() -> None:
    role = Acts(FakeLead(True), through=False)
    role.loop.run()
    assert role.done == ["read reading", "close reading"]


def test_who_is_to_end_leads_no_longer() -> None:
    """Mutant: only the lead asked for. A role would go on for a whole term after SIGTERM."""
    role = Acts(FakeLead(True, True))
    assert role.loop.leads()
    role.loop.stop.set()
    assert not role.loop.leads()


def test_a_role_that_fails_gives_the_lead_back() -> None:
    lead = FakeLead(True)

    def read(_readers: ExitStack) -> None:
        raise LookupError

    loop = LeaderRole(cast(Leader, lead), read)
    with pytest.raises(LookupError):
        loop.run()
    assert lead.closed


AWAY, DENIED = KafkaError(KafkaError._TRANSPORT), KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED)


@pytest.mark.parametrize("error", [AWAY, DENIED])
def test_a_term_that_a_later_one_may_mend_is_begun_again_and_the_reason_is_told(
    error: KafkaError, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Mutants: the process ends with each broker (70); the reason kept after a term that has read all; a line at each attempt."""
    monkeypatch.setattr(leader, "PAUSE_S", 0.0)
    monkeypatch.setattr(leader, "AGAIN_S", 0.0)
    role = Acts(FakeLead(True, True, True, True), failures=(error, error, None))
    role.loop.run()
    assert [each.split()[0] for each in role.done] == ["read", "close", "read", "close", "read", "round", "close"]
    assert not role.said[0].reasons
    assert role.said[2] == Readiness(False, "waiting", (error.str(),))
    assert role.said[5] == Readiness(True, "running")
    assert len(caplog.messages) == 1


def test_a_term_that_no_later_one_could_mend_ends_the_role() -> None:
    role = Acts(FakeLead(True, True), failures=(KafkaError(KafkaError._FENCED),))
    with pytest.raises(KafkaException):
        role.loop.run()


def test_only_the_first_reading_is_not_ready() -> None:
    """Mutant: not ready at each join of another worker, as long as everything is read again."""
    role = Acts(FakeLead(True, True, False, True, True))
    role.loop.run()
    assert [(what, each.ready) for what, each in zip(role.done, role.said, strict=True) if what == "read reading"] == [
        ("read reading", False),
        ("read reading", True),
    ]
