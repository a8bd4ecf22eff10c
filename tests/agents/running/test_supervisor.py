"""The parent of the roles: it keeps them running, knows when not to, and leaves nobody behind. Its children here are small programs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agents.carrier import exits
from agents.running.supervisor import CRASHED, may_restart
from tests.agents.company import alive, until

CHILD = """
import os, pathlib, signal, sys, time
from agents.supervisor import die_with
role, folder, behaviour, parent = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
die_with(parent)
starts = len(list(folder.glob(f"{role}-*"))) + 1
(folder / f"{role}-{starts}").write_text(str(os.getpid()))
if behaviour == "gives-up-once" and starts == 1:
    sys.exit(70)
if behaviour == "refuses":
    sys.exit(2)
if behaviour == "deaf":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
(folder / f"{role}.ready").write_text("")
while True:
    time.sleep(0.05)
"""
PARENT = """
import asyncio, logging, os, sys
from agents import supervisor
logging.basicConfig(level=logging.INFO)
supervisor.GRACE, supervisor.FIRST_PAUSE = float(sys.argv[3]), 0.05
child, folder = sys.argv[1], sys.argv[2]
roles = dict(word.split("=") for word in sys.argv[4:])
commands = {role: [sys.executable, "-c", child, role, folder, how, str(os.getpid())] for role, how in roles.items()}
sys.exit(asyncio.run(supervisor.Supervisor(commands).run()))
"""


class Family:
    """One supervisor with its children."""

    def __init__(self, folder: Path, **roles: str) -> None:
        self.folder = folder
        words = [f"{role}={how}" for role, how in roles.items()]
        command = [sys.executable, "-c", PARENT, CHILD, str(folder), "1.5", *words]
        with (folder / "log").open("wb") as log:
            self.parent = subprocess.Popen(command, stdout=log, stderr=log)

    def pid(self, role: str, start: int = 1) -> int:
        """The process of a role's so many-th start; waits for it."""
        return int(until(lambda: self._written(f"{role}-{start}"), self.log))

    def ready(self, role: str) -> bool:
        return until((self.folder / f"{role}.ready").exists, self.log)

    def log(self) -> str:
        return (self.folder / "log").read_text()

    def pids(self) -> list[int]:
        return [int(path.read_text()) for path in self.folder.glob("*-*") if path.read_text()]

    def _written(self, name: str) -> str:
        path = self.folder / name
        return path.read_text() if path.exists() else ""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Return a folder for the family; whoever is left of it is ended."""
    yield tmp_path
    for path in tmp_path.glob("*-*"):
        if path.read_text() and alive(int(path.read_text())):
            os.kill(int(path.read_text()), signal.SIGKILL)


def test_a_child_that_was_killed_is_started_again_and_the_others_go_on(folder: Path) -> None:
    family = Family(folder, journey="runs", ingest="runs")
    first, other = family.pid("journey"), family.pid("ingest")
    os.kill(first, signal.SIGKILL)
    assert alive(family.pid("journey", 2))
    assert alive(other)
    assert "journey was killed by SIGKILL; starting it again" in family.log()
    family.parent.terminate()
    assert family.parent.wait(20) == 0


def test_a_child_that_gave_up_is_started_again(folder: Path) -> None:
    family = Family(folder, journey="gives-up-once")
    family.pid("journey", 2)
    family.ready("journey")
    assert "journey gave up (70); starting it again" in family.log()
    family.parent.terminate()
    assert family.parent.wait(20) == 0


def test_a_child_that_refuses_ends_all_and_says_why(folder: Path) -> None:
    """Mutant: a refusal restarted for ever."""
    family = Family(folder, journey="refuses", ingest="runs")
    assert family.parent.wait(60) == 2
    assert "journey ended with 2" in family.log()
    assert not any(map(alive, family.pids()))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_end_all_are_gone(folder: Path, number: signal.Signals) -> None:
    family = Family(folder, journey="runs", ingest="runs", serving="runs")
    for role in ("journey", "ingest", "serving"):
        family.ready(role)
    family.parent.send_signal(number)
    assert family.parent.wait(20) == 0
    assert len(family.pids()) == 3
    assert not any(map(alive, family.pids()))


def test_a_child_that_does_not_listen_is_killed_when_its_time_is_up(folder: Path) -> None:
    family = Family(folder, journey="deaf", ingest="runs")
    family.ready("journey")
    family.ready("ingest")
    begun = time.monotonic()
    family.parent.terminate()
    assert family.parent.wait(20) == 0
    assert time.monotonic() - begun >= 1.5
    assert "journey did not end in time" in family.log()
    assert not any(map(alive, family.pids()))


def test_children_die_with_a_parent_that_was_killed(folder: Path) -> None:
    """Mutant: without PR_SET_PDEATHSIG the children would go on, unsupervised."""
    family = Family(folder, journey="deaf", ingest="runs")
    for role in ("journey", "ingest"):
        family.ready(role)
    family.parent.kill()
    family.parent.wait(20)
    assert until(lambda: not any(map(alive, family.pids())), family.log, 20)


def test_the_code_that_asks_for_a_restart_is_the_carriers() -> None:
    assert exits.CRASHED == CRASHED
    assert may_restart(exits.CRASHED)
    assert not may_restart(exits.REFUSED)
