"""Server processes (children): start them, find them again by their pid files, and end them. Only our own are ever signalled.

A *guarded* child ends when the program that started it ends, however that program ends. Tests and the demo use it. A *detached* child
outlives the program that started it (`sojourn up`). It is ended later from its pid file (`sojourn down`).
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

# The guard is a shell that kills the server once the program that started it is gone. The guard's standard input closes then, whatever
# killed the program. PR_SET_PDEATHSIG would not do: it fires at the end of the *thread* that started the child. The guard is a shell
# because a Python for each server would cost more than some of the servers. Without /proc it asks `ps`.
_GUARD = 'cat >/dev/null; { cat "/proc/$1/cmdline" || ps -ww -o command= -p "$1"; } 2>/dev/null | grep -qF -- "$2" && kill -KILL "$1"'
_POLL_S = 0.05


class ServerError(RuntimeError):
    """An embedded server did not start, or ended by itself. Then the message carries the end of the server's own log.

    Also raised if its files cannot be fetched, if it runs already, if no port is free, or if it survives SIGKILL.
    """


@dataclass
class Child:
    """One running server: its pid, and a text in its command line (the mark) that no other program has.

    A pid alone proves nothing: the kernel may have given it to another program since. So a server found by its pid file is signalled
    only while the mark is in the command line behind the pid.
    """

    pid: int
    mark: str
    pid_file: Path
    popen: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    guard: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def alive(self) -> bool:
        """Return whether this very server still runs. A zombie counts as gone: where nobody reaps orphans it stays for ever.

        A child that this program started is asked by its handle: for a moment after its start its command line is still empty.
        """
        if self.popen is not None:
            return self.popen.poll() is None
        return self._find_server() is not None

    def signal(self, number: signal.Signals) -> None:
        """Send the signal `number`, but only while the server behind the pid is ours."""
        if self.popen is not None:
            self.popen.send_signal(number)
        elif (process := self._find_server()) is not None:
            with suppress(psutil.NoSuchProcess):  # it ended just now
                process.send_signal(number)

    def _find_server(self) -> psutil.Process | None:
        """Return the process behind the pid if the mark is in its command line, else None."""
        try:
            process = psutil.Process(self.pid)
            return process if self.mark in " ".join(process.cmdline()) else None
        except psutil.Error:  # there is none, it is a zombie, or it is somebody else's
            return None

    def stop(self, grace_s: float = 20.0) -> None:
        """End the server: SIGTERM first, SIGKILL after `grace_s` seconds. Return when it is gone. Removes its pid file."""
        self.signal(signal.SIGTERM)
        if not self.gone_within(grace_s):
            self.kill()
        self.forget()

    def kill(self) -> None:
        """End the server with SIGKILL, as a crash would. Return when it is gone. Removes its pid file.

        Raises ServerError if it still runs after 10 s.
        """
        self.signal(signal.SIGKILL)
        if not self.gone_within(10.0):
            raise ServerError(f"pid {self.pid} ({self.mark}) survived SIGKILL for 10 s")
        self.forget()

    def gone_within(self, seconds: float) -> bool:
        """Wait until the server has ended, at most `seconds`. Return whether it has."""
        deadline = time.monotonic() + seconds
        while self.alive():
            if time.monotonic() > deadline:
                return False
            time.sleep(_POLL_S)
        return True

    def forget(self) -> None:
        """Clean up after an ended server: reap its exit status, kill its guard, remove its pid file."""
        if self.popen is not None:
            self.popen.wait(timeout=10)
        if self.guard is not None and self.guard.stdin is not None:
            self.guard.kill()
            self.guard.wait(timeout=10)
            self.guard.stdin.close()
        self.pid_file.unlink(missing_ok=True)


def spawn(command: Sequence[str], mark: str, folder: Path, *, detached: bool) -> Child:
    """Start `command` in a session of its own. Its output goes to `folder/server.log`; pid and mark are written to `folder/server.pid`.

    Raises ValueError if the mark is no part of the command line: the server could never be found again.
    """
    if not any(mark in word for word in command):
        raise ValueError(f"the mark {mark!r} must be part of the command line, or the server could never be found again")
    with (folder / "server.log").open("ab") as log:
        quiet = subprocess.DEVNULL
        popen = subprocess.Popen(command, stdin=quiet, stdout=log, stderr=log, cwd=folder, start_new_session=True)
    pid_file = folder / "server.pid"
    pid_file.write_text(f"{popen.pid}\n{mark}\n")
    guard = None if detached else _start_guard(popen.pid, mark)
    return Child(popen.pid, mark, pid_file, popen, guard)


def _start_guard(pid: int, mark: str) -> subprocess.Popen[bytes]:
    quiet = subprocess.DEVNULL
    command = ["/bin/sh", "-c", _GUARD, "sojourn-guard", str(pid), mark]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=quiet, stderr=quiet, start_new_session=True)


def found(pid_file: Path) -> Child | None:
    """Return the server that `pid_file` names, if it still runs, else None. Removes the file of a server that has ended."""
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
    """Return the last `lines` lines that the server in `folder` wrote."""
    log = folder / "server.log"
    if not log.exists():
        return "(it wrote nothing)"
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) or "(it wrote nothing)"


def free_ports(count: int) -> list[int]:
    """Return `count` different ports of the loopback address (127.0.0.1) that are free. Raises ServerError if none is found.

    All lie below the kernel's range for the local end of outgoing connections (from 32768 on Linux). Within that range, a client that
    keeps dialling a killed broker can connect to itself. The broker could then not bind its port again.
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
