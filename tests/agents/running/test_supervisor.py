"""The parent of the roles: it keeps them running, knows when not to, and leaves nobody behind. Its children here do very little."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from agents.carrier import exits
from agents.running.roles import ROLES
from agents.running.supervisor import CRASHED, REFUSED
from tests.agents.cli.terminal_session import sojourn
from tests.agents.company import alive, until

PROGRAM = """
import logging, os, pathlib, signal, sys, time
from agents.running import supervisor
logging.basicConfig(level=logging.INFO)
folder, supervisor.GRACE, supervisor.FIRST_PAUSE = pathlib.Path(sys.argv[1]), float(sys.argv[2]), 0.05
roles = dict(word.split("=") for word in sys.argv[3:])
def preload():
    if "loads" in roles.values():
        (folder / "loading").write_text("")
        while not (folder / "loaded").exists():
            time.sleep(0.05)
role = supervisor.Supervisor(tuple(roles)).run(preload)
if isinstance(role, int):
    sys.exit(role)
behaviour, starts = roles[role], len(list(folder.glob(f"{role}-*"))) + 1
(folder / f"{role}-{starts}").write_text(str(os.getpid()))
if behaviour == "gives-up-once" and starts == 1:
    sys.exit(70)
if behaviour == "ends-with-1-once" and starts == 1:
    sys.exit(1)
if behaviour == "refuses":
    sys.exit(2)
if behaviour == "deaf":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
(folder / f"{role}.ready").write_text("")
while True:
    time.sleep(0.05)
"""
IMPORTING = """
import asyncio, os, sys
before = set(os.listdir("/proc/self/fd"))
from agents.app import preload
preload()
print(len(os.listdir("/proc/self/task")), sorted(set(os.listdir("/proc/self/fd")) - before), asyncio._get_running_loop())
print(getattr(asyncio.get_event_loop_policy()._local, "_loop", None))
print({"numpy", "scipy", "river", "pandas"} & sys.modules.keys())
from agents.learning.beginning import learning
print({"scipy", "river", "pandas"} & sys.modules.keys())
"""


class Family:
    """One supervisor with its children."""

    def __init__(self, folder: Path, **roles: str) -> None:
        self.folder = folder
        command = [sys.executable, "-c", PROGRAM, str(folder), "1.5", *(f"{role}={how}" for role, how in roles.items())]
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
    assert "journey refuses to run" in family.log()
    assert not any(map(alive, family.pids()))


@pytest.mark.parametrize("role", ["serving", "insights", "learning"])
def test_a_role_beside_the_stream_that_refuses_is_tried_again_and_takes_nobody_with_it(folder: Path, role: str) -> None:
    """Mutants: any refusal stops all; a refusal is tried again at once, for ever."""
    family = Family(folder, journey="runs", ingest="runs", **{role: "refuses"})
    first = [family.pid("journey"), family.pid("ingest")]
    until(lambda: f"{role} refuses to run (2); starting it again in" in family.log(), family.log)
    assert "starting it again in 10.0 s" in family.log()
    assert all(map(alive, first))
    family.parent.terminate()
    assert family.parent.wait(20) == 0


def test_a_role_that_ends_with_any_other_code_is_started_again(folder: Path) -> None:
    """Mutant: only 70 is started again. A program that cannot even print ends with 1."""
    family = Family(folder, journey="ends-with-1-once", ingest="runs")
    assert alive(family.pid("journey", 2))
    family.parent.terminate()
    assert family.parent.wait(20) == 0


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
    assert (exits.CRASHED, exits.REFUSED) == (CRASHED, REFUSED)


def test_a_signal_while_the_parent_imports_ends_it_in_order(folder: Path) -> None:
    """Mutants: signals blocked after the import, so that the parent dies of SIGTERM; a fork before the first look at signals."""
    family = Family(folder, journey="loads")
    until((folder / "loading").exists, family.log)
    family.parent.terminate()
    (folder / "loaded").write_text("")
    assert family.parent.wait(20) == 0
    assert not family.pids()
    assert "runs as process" not in family.log()


def test_each_child_bears_the_name_of_its_role(folder: Path) -> None:
    family = Family(folder, journey="runs", serving="runs")
    for role in ("journey", "serving"):
        family.ready(role)
        assert Path(f"/proc/{family.pid(role)}/comm").read_text().strip() == role
    family.parent.terminate()
    assert family.parent.wait(20) == 0


def test_what_is_imported_before_the_fork_leaves_one_thread_no_file_and_no_event_loop() -> None:
    """A fork copies one thread alone: locks of others stay locked for ever. Mutant: a Kafka client that a module creates.

    NumPy is not among the imports: its algebra starts threads. The learning role imports SciPy and River with its first example: they take
    seconds, in which it would not be ready.
    """
    done = subprocess.run([sys.executable, "-c", IMPORTING], capture_output=True, check=True, timeout=120)
    assert done.stdout.decode().splitlines() == ["1 [] None", "None", "set()", "set()"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--without", "insight"), "the roles are journey, ingest, serving, insights, learning"),
        (("--without", "insights", "--only", "journey"), "give `--only` alone"),
        ([word for role in ROLES for word in ("--without", role)], "leave at least one role to run"),
    ],
)
def test_what_cannot_be_left_out_is_refused_with_the_fix(words: Sequence[str], said: str, tmp_path: Path) -> None:
    answer = sojourn("worker", *words, home=tmp_path)
    assert answer.code == 2
    assert said in answer.err
