"""How long a start takes: seconds until every role of `sojourn worker` is ready, and seconds of `sojourn --help`.

`python -m tests.bench.start [RUNS]` prints them; `make bench` shows them among its other figures. The servers run and the topics exist
before the clock starts; the topics are empty. A role is *ready* when its `/readyz` answers 200; it is *at work* when its status is
`running` too, so that a role that waits to become the leader does not count.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from threading import Event
from typing import NamedTuple

from agents.running.roles import ROLES
from agents.tools.embedded.valkey import Valkey
from tests.agents.cli.terminal_session import SOJOURN
from tests.bench.drains.broker import Broker

GIVE_UP_S = 120.0
LOOK_S = 0.05
READY_S, HELP_S = 6.0, 0.5  # what a start may take


class Start(NamedTuple):
    """Medians of several starts, in seconds."""

    ready_s: float  # until all roles answered ready in one look
    at_work_s: float  # until all of them were at work
    cpu_s: float  # processor time of all processes of the worker until they were at work, with their end
    help_s: float


def measured(folder: Path, runs: int) -> Start:
    """Start and end the worker so many times over servers of its own. Raises RuntimeError where it is not ready in two minutes."""
    with Broker(folder) as broker, Valkey(folder / "valkey") as valkey:
        variables = {**broker.variables, "SOJOURN_REDIS_URL": valkey.url}
        rows = [_one_start(folder, variables) for _ in range(runs)]
    ready, work, cpu = (statistics.median(column) for column in zip(*rows, strict=True))
    return Start(ready, work, cpu, statistics.median(seconds_of_help() for _ in range(runs + 2)))


def seconds_of_help() -> float:
    """Run `sojourn --help` once."""
    begun = time.perf_counter()
    subprocess.run([str(SOJOURN), "--help"], stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begun


def _one_start(folder: Path, variables: dict[str, str]) -> tuple[float, float, float]:
    for stale in (folder / "workers").glob("*.json"):
        stale.unlink()
    before, begun = _cpu_of_children(), time.perf_counter()
    with (folder / "worker.log").open("ab") as log:
        worker = subprocess.Popen([str(SOJOURN), "worker"], env={**_clean(), **variables}, stdout=log, stderr=log)
    try:
        ready, at_work = _awaited(worker, folder, begun)
    finally:
        worker.terminate()
        worker.wait(20)
    return ready, at_work, _cpu_of_children() - before


def _clean() -> dict[str, str]:
    return {name: text for name, text in os.environ.items() if not name.startswith("SOJOURN_")}


def _awaited(worker: subprocess.Popen[bytes], folder: Path, begun: float) -> tuple[float, float]:
    pause, ready = Event(), 0.0
    while time.perf_counter() - begun < GIVE_UP_S and worker.poll() is None:
        said = [_readiness(folder, role) for role in ROLES]
        now = time.perf_counter() - begun
        ready = ready or (now if all(each[0] for each in said) else 0.0)
        if all(each == (True, "running") for each in said):
            return ready, now
        pause.wait(LOOK_S)
    raise RuntimeError(f"not all roles were ready; the worker's log is {folder / 'worker.log'}")


def _readiness(folder: Path, role: str) -> tuple[bool, str]:
    found = list((folder / "workers").glob(f"*-{role}.json"))
    if not found:
        return False, ""
    try:
        with urllib.request.urlopen(f"http://{json.loads(found[0].read_text())['http']}/readyz", timeout=5) as answer:
            return True, json.load(answer)["status"]
    except urllib.error.HTTPError as error:
        with error:
            return False, ""
    except OSError:
        return False, ""


def _cpu_of_children() -> float:
    """Processor seconds of all processes that were waited for, their own children included."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> int:
    """Print the figures; return 1 where a bound is missed."""
    with tempfile.TemporaryDirectory(prefix="sojourn-start-") as folder:
        found = measured(Path(folder), int(sys.argv[1]) if len(sys.argv) > 1 else 3)
    sys.stdout.write(in_words(found) + "\n")
    return 1 if missed(found) else 0


def in_words(found: Start) -> str:
    """In a line."""
    return (
        f"`sojourn worker`: all roles ready in {found.ready_s:.1f} s (bound {READY_S:.0f}), at work in {found.at_work_s:.1f} s, "
        f"{found.cpu_s:.1f} s of processor time; `sojourn --help`: {found.help_s:.2f} s (bound {HELP_S})"
    )


def missed(found: Start) -> list[str]:
    """The bounds that were not kept."""
    bounds = (("seconds until all roles are ready", found.ready_s, READY_S), ("seconds of --help", found.help_s, HELP_S))
    return [f"{name}: {value:.1f}, at most {most}" for name, value, most in bounds if value > most]


if __name__ == "__main__":
    sys.exit(main())
