"""A whole worker whose Kafka is away at the start, freezes and is killed: it waits, says so in every role, and does its work again."""

from __future__ import annotations

import json
import os
import re
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from agents.kafka.admin import Admin
from agents.running.roles import ROLES, Role
from agents.settings import Settings
from agents.tools.embedded.kafka import Kafka
from agents.tools.embedded.servers import key_file
from agents.tools.embedded.valkey import Valkey
from tests.agents.company import Company, until
from tests.conftest import CACHE

pytestmark = pytest.mark.kafka

BACK_S = 20.0  # seconds from an answering broker to a role that works
LONG_S = 22  # seconds; longer than any client of ours waits for one answer
SLOW = 4.0  # how much longer a machine may take that has much else to do


@contextmanager
def cluster(home: Path) -> Iterator[tuple[Company, Kafka]]:
    """A company whose Kafka a test may stop, with topics of two partitions."""
    with Kafka(home / "kafka", cache=CACHE, heap_mb=256, brief=True) as kafka, Valkey(home / "valkey") as valkey:
        variables = {
            "HOME": str(home),
            "CONTROL_KEY_FILE": str(key_file(home)),
            "BROKERS": kafka.bootstrap,
            "REDIS_URL": valkey.url,
            "PARTITIONS": "2",
            "HTTP_PORT": "0",
        }
        made = Company(home, {f"SOJOURN_{name}": text for name, text in variables.items()})
        with Admin(Settings.from_env(made.variables)) as admin:
            admin.create()
        try:
            yield made, kafka
        finally:
            made.end()


def away(made: Company, role: Role) -> bool:
    """Whether the role says that no broker answers."""
    status, body = made.ask(role, "/readyz")
    return status == 503 and "no answer from Kafka" in str(json.loads(body)["reasons"])


def lines(made: Company) -> list[dict[str, Any]]:
    """Every line of the log, each a JSON document."""
    return [json.loads(line) for line in made.log().splitlines()]


def all_away(made: Company) -> None:
    until(lambda: all(away(made, role) for role in ROLES), made.log)


def all_back(made: Company) -> None:
    begun = monotonic()
    until(lambda: made.ready(*ROLES), made.log)
    assert monotonic() - begun < SLOW * BACK_S


def test_a_worker_waits_for_a_broker_that_is_away_freezes_or_is_killed(server_folder: Path) -> None:
    """Mutants: a role that believes its own client alone, once a broker has answered (200 through the silence); a client with a way of its
    own to standard error (a line that is no JSON)."""
    with cluster(server_folder / "waiting") as (made, kafka):
        kafka.kill(1)
        worker, begun = made.worker("--json"), monotonic()
        all_away(made)
        until(lambda: Counter(line["role"] for line in lines(made) if line["message"].endswith("; waiting")).keys() >= set(ROLES), made.log)
        pids = {role: made.facts(role)["pid"] for role in ROLES}
        kafka.restart(1)
        all_back(made)
        assert {role: made.facts(role)["pid"] for role in ROLES} == pids
        os.kill(kafka.child(1).pid, signal.SIGSTOP)
        all_away(made)
        os.kill(kafka.child(1).pid, signal.SIGCONT)
        all_back(made)
        kafka.kill(1)
        all_away(made)
        kafka.restart(1)
        all_back(made)
        worker.terminate()
        assert worker.wait(60) == 0
        minutes = (monotonic() - begun) / 60 + 1
        check_log(lines(made), minutes, pids)


def check_log(found: list[dict[str, Any]], minutes: float, pids: dict[Role, int]) -> None:
    """Each line says whose it is; waiting is told once a minute and outage; only the carrier's roles may have ended, once an outage."""
    assert {line["role"] for line in found} == {"worker", *ROLES}
    assert {line["worker"] for line in found} == {"worker-1"}
    assert all({line["pid"] for line in found if line["role"] == role} >= {pid} for role, pid in pids.items())
    restarts = Counter(line["message"].split()[0] for line in found if "starting it again" in line["message"])
    assert restarts.keys() <= {"journey", "ingest"}
    assert all(count <= 2 for count in restarts.values())
    of_clients = Counter((line["role"], line["logger"]) for line in found if line["logger"] == "librdkafka")
    assert all(count <= 3 * minutes for count in of_clients.values())
    waiting = Counter(line["role"] for line in found if line["message"].endswith("; waiting"))
    assert all(count <= 3 + minutes for count in waiting.values())


def test_each_role_alone_waits_for_a_broker(tmp_path: Path) -> None:
    """Mutant: a role that ends where no broker answers in time (70 after 10 to 18 s): Kubernetes waits longer at each start."""
    variables = {"HOME": str(tmp_path), "CONTROL_KEY_FILE": str(key_file(tmp_path)), "BROKERS": "127.0.0.1:9", "HTTP_PORT": "0"}
    made = Company(tmp_path, {f"SOJOURN_{name}": text for name, text in variables.items()})
    try:
        workers = {role: made.worker("--json", "--only", role) for role in ROLES}
        until(lambda: all(waited(made, role) >= LONG_S for role in ROLES), made.log)
        assert {role: made.facts(role)["pid"] for role in ROLES} == {role: worker.pid for role, worker in workers.items()}
        assert {(line["role"], line["pid"]) for line in lines(made)} == {(role, worker.pid) for role, worker in workers.items()}
        assert {line["role"] for line in lines(made) if line["message"].endswith("; waiting")} == set(ROLES)
    finally:
        made.end()
    assert {worker.returncode for worker in workers.values()} == {0}


def waited(made: Company, role: Role) -> int:
    """For how many seconds the role has waited, in its own words."""
    found = re.search(rb"no answer from Kafka at \S+ for ([0-9]+) s", made.ask(role, "/readyz")[1])
    return int(found[1]) if found else -1
