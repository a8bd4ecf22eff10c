"""The worker of a demo: a process of its own, as in production. It is started again if something ends it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from agents.tools.embedded.children import Child, log_tail, spawn
from agents.tools.embedded.servers import key_file
from streams.rules.blueprint import Blueprint

# The grocer is American, and the data do not say where. We assume the night of the East Coast.
GROCER = Blueprint(name="grocer", market_zones=("America/New_York",))
# Insights and learning publish norms, borders of tiers and weights at times that depend on the machine. Journeys that take them in the
# middle of the year would make other figures in each run. So these two roles do not run while the year is replayed.
REPLAYING = ("--without", "insights", "--without", "learning")
LOOKING = ("--only", "insights")  # started when the year is over and the demo is left running: what `sojourn insights` reads
PATIENCE = 5  # so often the worker is started again; if it ends more often, someone must find the cause
GRACE_S = 2.5  # seconds from SIGTERM to SIGKILL; a part of the time within which the demo must end (ending.py)
REFUSED = 2  # exit code of a worker that refuses its settings: starting it again cannot help


class WorkerGoneError(RuntimeError):
    """The worker ended, and starting it again does not help. The message carries the end of its log."""


class TendedWorker:
    """A process of `sojourn worker` with these words with these environment variables.

    Call `tend` often: it starts a killed worker again and calls `said`. The pid is in `folder/server.pid`, the log in `folder/server.log`.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str], words: Sequence[str], said: Callable[[str], None]) -> None:
        self._folder, self._environment, self._words, self._said = folder.resolve(), dict(environment), tuple(words), said
        self.restarts = 0
        self._child: Child | None = None

    @property
    def pid(self) -> int:
        """The supervisor's process id; 0 before the start."""
        return self._child.pid if self._child else 0

    def start(self) -> TendedWorker:
        """Start the worker and return at once. It serves a few seconds later, when it has its partitions."""
        self._folder.mkdir(parents=True, exist_ok=True)
        # The folder's name in the command line is the mark: it shows that the process is ours before it is signalled.
        program = f"from agents.cli import main; main()  # {self._folder}"
        command = [
            "env",
            *(f"{name}={value}" for name, value in self._environment.items()),
            sys.executable,
            "-c",
            program,
            "worker",
            *self._words,
        ]
        self._child = spawn(command, str(self._folder), self._folder, detached=False)
        return self

    def tend(self) -> None:
        """Start the worker again if it has ended. Raises WorkerGoneError if it refused to run, or has ended too often."""
        child = self._child
        if child is None or child.alive():
            return
        code = child.popen.wait(timeout=10) if child.popen else None
        child.forget()
        if code == REFUSED or self.restarts >= PATIENCE:
            raise WorkerGoneError(f"the worker ended with exit code {code}; its log says:\n{log_tail(self._folder)}")
        self.restarts += 1
        self.start()
        self._said(f"the worker was ended ({_cause(code)}); started again as pid {self.pid}: it goes on where its last commit stands")

    def stop(self) -> None:
        """End the worker: SIGTERM first, SIGKILL after `GRACE_S`. Nobody reads its ledger again, and Ctrl-C must end the demo soon."""
        if self._child is not None:
            self._child.stop(grace_s=GRACE_S)
            self._child = None


def _cause(code: int | None) -> str:
    return f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"


def environment(folder: Path, brokers: str, redis_url: str) -> dict[str, str]:
    """Return the environment variables of a demo: its own home and servers, and time that passes with the events."""
    return {
        "SOJOURN_HOME": str(folder.resolve()),
        "SOJOURN_BROKERS": brokers,
        "SOJOURN_REDIS_URL": redis_url,
        "SOJOURN_CONTROL_KEY_FILE": str(key_file(folder.resolve())),
        "SOJOURN_WORKER": f"demo-{os.getpid()}",
        "SOJOURN_MODE": "events",
        "SOJOURN_HTTP_PORT": "0",
        "SOJOURN_SESSION_TIMEOUT_MS": "6000",  # a killed worker's partitions are free after six seconds; the broker is on this machine
    }
