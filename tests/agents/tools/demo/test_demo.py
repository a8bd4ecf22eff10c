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
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from agents.settings import Settings
from agents.tools.demo.ledgerview import LedgerView
from agents.tools.demo.worker import environment
from agents.tools.evaluating.history import History
from tests.agents.cli.terminal_session import SOJOURN, sojourn
from tests.agents.tools.demo.replayed import replayed
from tests.conftest import CACHE

HOUSEHOLDS, PACE = 60, 20  # so slow in the last week that it takes seconds, in which something can be done to the worker
PATIENCE_S = 240
END_S = 10  # from the signal to the end, at whatever moment it comes

pytestmark = [pytest.mark.kafka, pytest.mark.long]


@dataclass(frozen=True)
class Kept:
    """A demo that was left running, and what it had said by then."""

    home: Path
    running: subprocess.Popen[str]
    shown: dict[str, Any]


def home_in(folder: Path) -> Path:
    """A home of its own with the downloads of all others."""
    (folder / "cache").symlink_to(CACHE)
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return home_in(tmp_path)


@pytest.fixture(scope="module")
def figures(year: History) -> dict[str, Any]:
    """What must come out."""
    oracle = replayed(year.of(HOUSEHOLDS))
    written = json.loads(json.dumps(oracle.found.figures(oracle.sent.customers)))
    assert isinstance(written, dict)
    return written


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    """One run that several tests look at. It was started as a shell script starts a program in the background: SIGINT ignored."""
    home = home_in(tmp_path_factory.mktemp("kept"))
    with demo(home, "--keep", ignoring=True) as running:
        assert running.stdout is not None
        yield Kept(home, running, json.loads(running.stdout.readline()))


def test_it_finds_what_the_oracle_finds_and_leaves_a_report(kept: Kept, figures: dict[str, Any]) -> None:
    shown = kept.shown
    assert shown["figures"] == figures
    assert shown["measured"]["sent"] == sum(shown["measured"]["became"].values()) == shown["measured"]["became"]["applied"]
    assert shown["measured"]["from_log"]["count"] > 0
    assert figures["digest"] in Path(shown["report"]).read_text()
    assert shown["customer"] in Path(shown["report"]).read_text()


def test_kept_running_it_can_be_looked_at(kept: Kept) -> None:
    """What `sojourn explain` says is read from the very topics that the demo has filled, by its own address in its own folder."""
    answer = sojourn("explain", "--all", kept.shown["customer"], home=kept.home / "demo")
    assert answer.code == 0, answer.err
    assert "purchase made" in answer.out
    assert "asked because of" in answer.out


def test_insights_can_be_looked_at_when_the_year_is_over(kept: Kept) -> None:
    """Mutant: the insights role never starts."""

    def published() -> bool:
        answer = sojourn("insights", home=kept.home / "demo")
        return answer.code == 0 and "Measures by place" in answer.out

    assert waited_for(published, END_S * 6)


def test_two_demos_do_not_share_a_folder(kept: Kept) -> None:
    with demo(kept.home) as second:
        _, err = second.communicate(timeout=PATIENCE_S)
    assert second.returncode == 2
    assert "another demo runs" in err
    assert kept.running.poll() is None


def test_ctrl_c_ends_what_was_kept_running(kept: Kept) -> None:
    """The last test of that run.

    Mutants: SIGINT left to Python, which then ignores it; a wait that a signal just before it does not end."""
    ended_by(signal.SIGINT, kept.running)
    assert kept.running.returncode == 0
    assert left_behind(kept.home) == []


def test_a_worker_killed_in_the_middle_changes_nothing(home: Path, figures: dict[str, Any]) -> None:
    """Mutant: the insights role runs. A leader that begins again publishes the borders of the tiers at once, in the middle of the year."""
    with demo(home) as running:
        kill_in_the_middle(home, running)
        out, err = running.communicate(timeout=PATIENCE_S)
    assert running.returncode == 0, err
    shown = json.loads(out)
    assert shown["measured"]["restarts"] == 1
    assert "started again" in err
    assert shown["figures"] == figures
    assert left_behind(home) == []


def roles(worker: int) -> set[str]:
    """The roles that this worker's process has started."""
    children = Path(f"/proc/{worker}/task/{worker}/children").read_text().split()
    return {Path(f"/proc/{child}/comm").read_text().strip() for child in children}


@pytest.mark.parametrize(
    ("moment", "number"),
    [
        ("while it imports", signal.SIGINT),
        ("while Kafka starts", signal.SIGINT),
        ("while the worker starts", signal.SIGINT),
        ("while the worker starts", signal.SIGTERM),
        ("while it replays", signal.SIGINT),
    ],
)
def test_given_up_at_any_moment_it_takes_everything_down(moment: str, number: signal.Signals, home: Path) -> None:
    with demo(home) as running:
        MOMENTS[moment](home, running)
        ended_by(number, running)
    assert running.returncode != 0
    assert waited_for(lambda: left_behind(home) == [], END_S), left_behind(home)


@contextmanager
def demo(home: Path, *more: str, ignoring: bool = False) -> Iterator[subprocess.Popen[str]]:
    """The command while it runs; whatever a test does, nothing of it stays. SIGINT is as in a terminal, or ignored."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SOJOURN_")}
    words = [str(SOJOURN), "demo", "--grocer", "--households", str(HOUSEHOLDS), "--pace", str(PACE), "--json", *more]
    pipe, how = subprocess.PIPE, signal.SIG_IGN if ignoring else signal.SIG_DFL
    before = signal.signal(signal.SIGINT, how)  # a new program inherits it; this suite itself may have been started with it ignored
    try:
        running = subprocess.Popen(words, stdout=pipe, stderr=pipe, text=True, env={**clean, "SOJOURN_HOME": str(home), "COLUMNS": "200"})
    finally:
        signal.signal(signal.SIGINT, before)
    try:
        yield running
    finally:
        running.kill()
        running.communicate()


def ended_by(number: signal.Signals, running: subprocess.Popen[str]) -> None:
    """The signal ends it, in time."""
    begun = monotonic()
    running.send_signal(number)
    running.communicate(timeout=PATIENCE_S)
    assert monotonic() - begun < END_S


def kill_in_the_middle(home: Path, running: subprocess.Popen[str]) -> None:
    """SIGKILL to the worker once its ledger holds some events and not all."""
    in_the_middle(home, running)
    assert roles(worker_pid(home)) == {"ingest", "journey", "serving"}
    os.kill(worker_pid(home), signal.SIGKILL)


def in_the_middle(home: Path, running: subprocess.Popen[str]) -> None:
    """The ledger holds some events and not all."""
    until(lambda: (home / "demo" / "run.json").exists() and worker_pid(home) > 0, running)
    servers = json.loads((home / "demo" / "run.json").read_text())
    settings = Settings.from_env(environment(home / "demo", servers["brokers"], servers["redis_url"]))
    with LedgerView(settings, "journey") as ledger:

        def begun() -> bool:
            ledger.catch_up()
            return ledger.outcomes["applied"] > 0

        until(begun, running)


MOMENTS: dict[str, Callable[[Path, subprocess.Popen[str]], None]] = {
    "while it imports": lambda _, running: until(lambda: hears(running.pid, signal.SIGINT), running),
    "while Kafka starts": lambda home, running: until((home / "demo" / "kafka" / "node-1" / "server.properties").exists, running),
    "while the worker starts": lambda home, running: until(lambda: worker_pid(home) > 0, running),
    "while it replays": in_the_middle,
}


def until(true: Callable[[], bool], running: subprocess.Popen[str]) -> None:
    """Look until it is so; fail as soon as the demo has ended or too long has passed."""

    def seen() -> bool:
        assert running.poll() is None, running.communicate()
        return true()

    assert waited_for(seen, PATIENCE_S)


def waited_for(true: Callable[[], bool], seconds: float) -> bool:
    """Whether it becomes so within this time."""
    give_up = monotonic() + seconds
    while not true():
        if monotonic() > give_up:
            return False
        sleep(0.05)
    return True


def hears(pid: int, number: signal.Signals) -> bool:
    """Whether the process has a handler for this signal: Python has begun."""
    caught = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("SigCgt:"))
    return bool(int(caught.split()[1], 16) >> (number - 1) & 1)


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
