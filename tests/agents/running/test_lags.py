"""The lag of a role is known while its process is frozen: every other role tells it, and it grows."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from agents.kafka.lags import READ
from agents.kafka.producer import LogProducer
from agents.running.roles import ROLES
from schemas.topics import INTERACTIONS, PROOFS
from tests.agents.company import Company, company, until

pytestmark = pytest.mark.kafka
EVENT = '{"kind":"page_viewed","id":"%s-%d","customer":"c%d","at":1767225600000,"channel":"web","page":"/a"}'
MANY, FEW = 300, 20  # few: markers of transactions are offsets too


@pytest.fixture(scope="module")
def made(server_folder: Path) -> Iterator[Company]:
    """A company with one partition and a worker. A frozen role stays a member of its group for longer than a test takes."""
    with company(server_folder / "lags", 1) as here:
        here.worker(SESSION_TIMEOUT_MS="45000", TRANSACTION_TIMEOUT_MS="50000")
        until(lambda: here.ready(*ROLES), here.log)
        yield here


def told(here: Company, by: str, role: str) -> int:
    """The lag of a role as another one tells it; -1 if it does not."""
    _, page = here.ask(by, "/metrics")
    found = re.search(rb'^journey_role_lag{partition="0",role="%s"} (\d+)' % role.encode(), page, re.MULTILINE)
    return int(found[1]) if found else -1


def work(here: Company, role: str, run: str) -> None:
    """Give this role something to do: events reach all but learning, which reads proofs."""
    producer = LogProducer({"bootstrap.servers": here.variables["SOJOURN_BROKERS"]}, resend=False)
    for number in range(MANY):
        if role == "learning":
            producer.send(PROOFS, b"c", b"{}", partition=0)
        else:
            producer.send(INTERACTIONS, b"k", (EVENT % (run, number, number)).encode())
    producer.flush(20)


@pytest.mark.parametrize("role", ROLES)
def test_the_lag_of_a_frozen_role_is_told_by_the_others_and_grows(made: Company, role: str) -> None:
    """Mutants: only the owner's partitions are told; insights and learning commit no position; an old figure that stands still."""
    others = [each for each in ROLES if each != role]
    until(lambda: all(0 <= told(made, by, role) <= FEW for by in others), made.log)
    pid = made.facts(role)["pid"]
    os.kill(pid, signal.SIGSTOP)
    try:
        work(made, role, f"{role}-1")
        until(lambda: all(told(made, by, role) >= MANY for by in others), made.log)
        work(made, role, f"{role}-2")
        until(lambda: told(made, others[0], role) >= 2 * MANY, made.log)
    finally:
        os.kill(pid, signal.SIGCONT)
    until(lambda: 0 <= told(made, others[0], role) <= FEW, made.log)


def test_every_role_has_a_lag() -> None:
    """Mutant: a new role without a row."""
    assert set(READ) == set(ROLES)
