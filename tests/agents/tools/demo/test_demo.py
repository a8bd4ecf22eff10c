"""The demo as a newcomer runs it, undisturbed, with its worker killed in the middle, and given up half-way.

What comes out is compared with the oracle: a replay of the same households in one thread, with no broker. Equal figures hold the
digest of every published byte, so that one record lost, doubled or changed by a kill would show.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from agents.settings import Settings
from agents.tools.demo.ledgerview import LedgerView
from agents.tools.demo.worker import environment
from agents.tools.evaluating.history import History
from tests.agents.cli.terminal_session import SOJOURN, sojourn
from tests.agents.tools.demo.conftest import CACHE
from tests.agents.tools.demo.replayed import replayed

HOUSEHOLDS, PACE = 60, 20  # so slow in the last week that it takes seconds, in which something can be done to the worker
PATIENCE_S = 240

pytestmark = pytest.mark.kafka


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home of its own with the downloads of all others."""
    (tmp_path / "cache").symlink_to(CACHE)
    return tmp_path


@pytest.fixture(scope="module")
def figures(year: History) -> dict[str, Any]:
    """What must come out."""
    oracle = replayed(year.of(HOUSEHOLDS))
    written = json.loads(json.dumps(oracle.found.figures(oracle.sent.customers)))
    assert isinstance(written, dict)
    return written


def test_it_finds_what_the_oracle_finds_and_leaves_a_report(home: Path, figures: dict[str, Any]) -> None:
    with demo(home) as running:
        out, err = running.communicate(timeout=PATIENCE_S)
    assert running.returncode == 0, err
    shown = json.loads(out)
    assert shown["figures"] == figures
    assert shown["measured"]["sent"] == sum(shown["measured"]["became"].values()) == shown["measured"]["became"]["applied"]
    assert shown["measured"]["from_log"]["count"] > 0
    assert figures["digest"] in Path(shown["report"]).read_text()
    assert shown["customer"] in Path(shown["report"]).read_text()
    assert left_behind(home) == []


def test_a_worker_killed_in_the_middle_changes_nothing(home: Path, figures: dict[str, Any]) -> None:
    with demo(home) as running:
        kill_in_the_middle(home, running)
        out, err = running.communicate(timeout=PATIENCE_S)
    assert running.returncode == 0, err
    shown = json.loads(out)
    assert shown["measured"]["restarts"] == 1
    assert "started again" in err
    assert shown["figures"] == figures
    assert left_behind(home) == []


def test_given_up_half_way_it_takes_everything_down(home: Path) -> None:
    with demo(home) as running:
        until(lambda: worker_pid(home) > 0, running)
        running.send_signal(signal.SIGTERM)
        running.communicate(timeout=PATIENCE_S)
    assert running.returncode != 0
    assert left_behind(home) == []


def test_two_demos_do_not_share_a_folder(home: Path) -> None:
    with demo(home) as running:
        until((home / "demo" / "run.json").exists, running)
        with demo(home) as second:
            _, err = second.communicate(timeout=PATIENCE_S)
        assert second.returncode == 2
        assert "another demo runs" in err
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=PATIENCE_S)
    assert left_behind(home) == []


def test_kept_running_it_can_be_looked_at(home: Path) -> None:
    """What `sojourn explain` says is read from the very topics that the demo has filled, by its own address in its own folder."""
    with demo(home, "--keep") as running:
        assert running.stdout is not None
        shown = json.loads(running.stdout.readline())
        answer = sojourn("explain", shown["customer"], home=home / "demo")
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=PATIENCE_S)
    assert answer.code == 0, answer.err
    assert "purchase made" in answer.out
    assert "asked because of" in answer.out
    assert running.returncode == 0
    assert left_behind(home) == []


@contextmanager
def demo(home: Path, *more: str) -> Iterator[subprocess.Popen[str]]:
    """The command while it runs; whatever a test does, nothing of it stays."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SOJOURN_")}
    words = [str(SOJOURN), "demo", "--households", str(HOUSEHOLDS), "--pace", str(PACE), "--json", *more]
    pipe = subprocess.PIPE
    running = subprocess.Popen(words, stdout=pipe, stderr=pipe, text=True, env={**clean, "SOJOURN_HOME": str(home), "COLUMNS": "200"})
    try:
        yield running
    finally:
        running.kill()
        running.communicate()


def kill_in_the_middle(home: Path, running: subprocess.Popen[str]) -> None:
    """SIGKILL to the worker once its ledger holds some events and not all."""
    until(lambda: (home / "demo" / "run.json").exists() and worker_pid(home) > 0, running)
    servers = json.loads((home / "demo" / "run.json").read_text())
    settings = Settings.from_env(environment(home / "demo", servers["brokers"], servers["redis_url"]))
    with LedgerView(settings, "journey") as ledger:

        def begun() -> bool:
            ledger.catch_up()
            return ledger.outcomes["applied"] > 0

        until(begun, running)
    os.kill(worker_pid(home), signal.SIGKILL)


def until(true: Callable[[], bool], running: subprocess.Popen[str]) -> None:
    """Look until it is so; fail as soon as the demo has ended or too long has passed."""
    give_up = monotonic() + PATIENCE_S
    while not true():
        assert running.poll() is None, running.communicate()
        assert monotonic() < give_up
        sleep(0.05)


def worker_pid(home: Path) -> int:
    """The worker's process id, as the demo wrote it down; 0 before."""
    try:
        return int((home / "demo" / "worker" / "server.pid").read_text().split()[0])
    except (OSError, IndexError):
        return 0


def left_behind(home: Path) -> list[str]:
    """Command lines of processes that belong to this home: servers by their files, roles of the worker by their environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ")
            ours = str(home).encode() in command + (process / "environ").read_bytes()
        except OSError:
            continue
        if ours and command and int(process.name) != os.getpid():
            found.append(command.decode())
    return found
