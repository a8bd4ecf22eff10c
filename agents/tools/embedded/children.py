"""A server that we started, found again by its pid file, and ended only when it is certainly ours.

Two ways of living: a *guarded* child ends when the program that started it ends, however that program ends (tests, the
demo); a *detached* one outlives it (`sojourn up`) and is ended later from its pid file (`sojourn down`).
"""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import SystemRandom

import psutil

# The guard outlives its parent by one breath: its standard input closes when the parent is gone, whatever killed it, and
# whichever thread had started the child (PR_SET_PDEATHSIG would fire at the end of that *thread*). It is a shell because a
# Python for each server would cost more than some of the servers. Without /proc it asks `ps`.
_GUARD = 'cat >/dev/null; { cat "/proc/$1/cmdline" || ps -ww -o command= -p "$1"; } 2>/dev/null | grep -qF -- "$2" && kill -KILL "$1"'
_POLL_S = 0.05


class ServerError(RuntimeError):
    """An embedded server did not start, or ended by itself; the message carries the end of its own log."""


@dataclass
class Child:
    """One running server: its pid, and a text in its command line that no other program has.

    A pid alone proves nothing: it may have been given to another program since. Nothing is signalled unless the mark
    is still in the command line behind the pid.
    """

    pid: int
    mark: str
    pid_file: Path
    popen: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    guard: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def alive(self) -> bool:
        """Tell whether this very server still runs. A zombie counts as gone: it may wait for ever where nobody reaps orphans.

        Our own child is asked for directly: for a moment after its start its command line is still empty.
        """
        if self.popen is not None:
            return self.popen.poll() is None
        return self._marked() is not None

    def signal(self, number: signal.Signals) -> None:
        """Send `number`, but only while the server behind the pid is ours."""
        if self.popen is not None:
            self.popen.send_signal(number)
        elif (process := self._marked()) is not None:
            with suppress(psutil.NoSuchProcess):  # it ended just now
                process.send_signal(number)

    def _marked(self) -> psutil.Process | None:
        """Return the process behind the pid if the mark is in its command line."""
        try:
            process = psutil.Process(self.pid)
            return process if self.mark in " ".join(process.cmdline()) else None
        except psutil.Error:  # there is none, it is a zombie, or it is somebody else's
            return None

    def stop(self, grace_s: float = 20.0) -> None:
        """End it politely, then by force after `grace_s` seconds; return when it is gone."""
        self.signal(signal.SIGTERM)
        if not self.gone_within(grace_s):
            self.kill()
        self.forget()

    def kill(self) -> None:
        """End it at once, as a crash would; return when it is gone."""
        self.signal(signal.SIGKILL)
        if not self.gone_within(10.0):
            raise ServerError(f"pid {self.pid} ({self.mark}) survived SIGKILL for 10 s")
        self.forget()

    def gone_within(self, seconds: float) -> bool:
        """Wait until it has ended, at most `seconds`; tell whether it has."""
        deadline = time.monotonic() + seconds
        while self.alive():
            if time.monotonic() > deadline:
                return False
            time.sleep(_POLL_S)
        return True

    def forget(self) -> None:
        """Reap what is left of it: the exit status, the guard, the pid file."""
        if self.popen is not None:
            self.popen.wait(timeout=10)
        if self.guard is not None and self.guard.stdin is not None:
            self.guard.kill()
            self.guard.wait(timeout=10)
            self.guard.stdin.close()
        self.pid_file.unlink(missing_ok=True)


def spawn(command: Sequence[str], mark: str, folder: Path, *, detached: bool) -> Child:
    """Start `command` in its own session, its words in `folder/server.log`, its pid in `folder/server.pid`."""
    if not any(mark in word for word in command):
        raise ValueError(f"the mark {mark!r} must be part of the command line, or the server could never be found again")
    with (folder / "server.log").open("ab") as log:
        quiet = subprocess.DEVNULL
        popen = subprocess.Popen(command, stdin=quiet, stdout=log, stderr=log, cwd=folder, start_new_session=True)
    pid_file = folder / "server.pid"
    pid_file.write_text(f"{popen.pid}\n{mark}\n")
    guard = None if detached else _guard(popen.pid, mark)
    return Child(popen.pid, mark, pid_file, popen, guard)


def _guard(pid: int, mark: str) -> subprocess.Popen[bytes]:
    quiet = subprocess.DEVNULL
    command = ["/bin/sh", "-c", _GUARD, "sojourn-guard", str(pid), mark]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=quiet, stderr=quiet, start_new_session=True)


def found(pid_file: Path) -> Child | None:
    """Return the server that `pid_file` speaks of, if it still runs; a stale file is removed."""
    try:
        pid, mark = pid_file.read_text().splitlines()
        child = Child(int(pid), mark, pid_file)
    except (OSError, ValueError):
        return None
    if child.alive():
        return child
    pid_file.unlink(missing_ok=True)
    return None


def log_tail(folder: Path, lines: int = 12) -> str:
    """Return the last lines that the server in `folder` wrote."""
    log = folder / "server.log"
    if not log.exists():
        return "(it wrote nothing)"
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) or "(it wrote nothing)"


def free_ports(count: int) -> list[int]:
    """Return `count` different ports of the loopback address that nobody listens on.

    All lie below the range from which the kernel takes the near end of outgoing connections (from 32768 on Linux):
    there, a client that keeps dialling a killed broker can end up connected to itself and keep the port from it.
    """
    with ExitStack() as held:
        return [held.enter_context(_hold_free_port()).getsockname()[1] for _ in range(count)]


def _hold_free_port() -> socket.socket:
    pick = SystemRandom()
    for _ in range(200):
        probe = socket.socket()
        try:
            probe.bind(("127.0.0.1", pick.randint(20_000, 32_000)))
        except OSError:
            probe.close()
        else:
            return probe
    raise ServerError("no free port between 20000 and 32000 on 127.0.0.1")
