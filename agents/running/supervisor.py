"""Supervisor: one parent process forks the five roles and starts a role again when it crashes.

A role is crash-only: it exits with 70 rather than go on in doubt, and nothing is lost when it is started again. A refusal (exit code 2)
is different: another start would refuse again. If journey or ingest refuses, the supervisor stops all roles. If another role refuses,
it is tried again every ten seconds: the stream goes on without it.

**Why fork.** A role needs about 700 modules (Faust, aiokafka, the detectors), which take more than a second of processor time to import.
Five interpreters that import them at once keep two cores busy for over ten seconds. The parent imports them once (`preload`), and each
child starts with them. The same holds for a restart: it takes a fraction of a second.

**Why the fork is safe.** A fork copies only the thread that calls it. The parent therefore has one thread, no event loop, no Kafka client
and no open socket: importing must not create any (`tests/agents/running/test_supervisor.py` checks it). The parent waits for signals with
`sigtimedwait` instead of a loop. `multiprocessing`'s fork server does the same job with two more processes, and reports the end of
a child through a pipe that breaks when the server is killed.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import signal
import sys
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from math import inf
from time import monotonic

from agents.running.roles import ROLES, Role
from agents.running.runfiles import record
from agents.settings import Settings

log = logging.getLogger(__name__)

CRASHED, REFUSED = 70, 2  # the carrier's codes for "start me again" and "somebody must change something first"
STREAM = ("journey", "ingest")  # roles without which the stream stands; the others never take these with them
GRACE = 14.5  # seconds from SIGTERM to SIGKILL: all are gone within 15
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0  # seconds before a role is started again: longer each time it ends soon
STEADY = 60.0  # seconds a role has to run for its next end to count as the first
WAITED_FOR = (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)
_LONGEST_WAIT = 3600.0  # seconds; a wait without a deadline has to be a number too
_PR_SET_PDEATHSIG, _PR_SET_NAME = 1, 15


class Supervisor:
    """Keeps one forked child a role running until SIGTERM, SIGINT, or the first exit that must not be repeated."""

    def __init__(self, roles: Sequence[Role]) -> None:
        self._due = dict.fromkeys(roles, 0.0)  # role -> when it is started (monotonic seconds); a running role is not in it
        self._pause = dict.fromkeys(roles, FIRST_PAUSE)
        self._running: dict[int, tuple[Role, float]] = {}  # pid -> role, and when it was started
        self._kill_at = inf  # monotonic seconds
        self._stopping = False
        self._code = 0

    def run(self, preload: Callable[[], object]) -> int | Role:
        """Call `preload`, fork the roles, and wait. Returns twice, as a fork does.

        In the parent it returns the exit code when all children are gone: 0, or the code of the role that must not be started
        again. In each child it returns the name of the role that the child has to run; its signals are as they were before.
        """
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # whoever started us may ignore it, and nobody could then be waited for
        before = signal.pthread_sigmask(signal.SIG_BLOCK, WAITED_FOR)  # a signal during the import or a fork is kept for the wait
        try:
            preload()
            gc.freeze()  # a collection in a child must not copy the pages of what all share
            while self._running or not self._stopping:
                self._wait()  # before the first fork too: a signal during the import must not start anything
                for role in self._roles_due():
                    if not self._fork(role):
                        return role
            return self._code
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _roles_due(self) -> list[Role]:
        return [] if self._stopping else [role for role, at in self._due.items() if at <= monotonic()]

    def _fork(self, role: Role) -> bool:
        """Fork; returns True in the parent, False in the child."""
        parent = os.getpid()
        for stream in (sys.stdout, sys.stderr):  # what is still in a buffer would be written twice
            with suppress(Exception):  # it may be closed, or on a full disk
                stream.flush()
        if not (pid := os.fork()):
            die_with(parent)
            _prctl(_PR_SET_NAME, role.encode())  # what `top` and `ps -o comm` show
            return False
        del self._due[role]
        self._running[pid] = role, monotonic()
        log.info("%s runs as process %d", role, pid)
        return True

    def _wait(self) -> None:
        """Wait for a signal or the next deadline, then take note of who ended."""
        deadline = self._kill_at if self._stopping else min(self._due.values(), default=inf)
        found = signal.sigtimedwait(WAITED_FOR, max(0.0, min(deadline - monotonic(), _LONGEST_WAIT)))
        if found is not None and found.si_signo != signal.SIGCHLD:
            self._stop(0)
        while self._running and (ended := os.waitpid(-1, os.WNOHANG))[0]:
            if ended[0] in self._running:
                self._take(*self._running.pop(ended[0]), os.waitstatus_to_exitcode(ended[1]))
        if self._running and monotonic() >= self._kill_at:
            log.error("%s did not end in time and were killed", ", ".join(role for role, _ in self._running.values()))
            self._kill_at = inf
            self._signal(signal.SIGKILL)

    def _take(self, role: Role, begun: float, code: int) -> None:
        """A child has ended: start its role again after a pause, or stop all."""
        if self._stopping:
            return
        if code == REFUSED and role in STREAM:
            log.error("%s refuses to run, which starting again does not cure; everything stops", role)
            self._stop(code)
            return
        pause = LONGEST_PAUSE if code == REFUSED else FIRST_PAUSE if monotonic() - begun > STEADY else self._pause[role]
        log.warning("%s %s; starting it again in %.1f s", role, in_words(code), pause)
        self._due[role] = monotonic() + pause
        self._pause[role] = min(LONGEST_PAUSE, pause * 2)

    def _stop(self, code: int) -> None:
        """Send SIGTERM to all children, once; whoever is there when the time is up is killed."""
        if not self._stopping:
            self._stopping, self._code, self._kill_at = True, code, monotonic() + GRACE
            self._signal(signal.SIGTERM)

    def _signal(self, number: signal.Signals) -> None:
        for pid in self._running:  # none of them was waited for yet, so the pid is still theirs
            os.kill(pid, number)


def in_words(code: int) -> str:
    """Return how it ended.

    >>> in_words(-9), in_words(70), in_words(2)
    ('was killed by SIGKILL', 'gave up (70)', 'refuses to run (2)')
    """
    if code == REFUSED:
        return f"refuses to run ({code})"
    if code < 0:
        return f"was killed by {signal.Signals(-code).name}"
    return f"gave up ({code})" if code else "left"


def die_with(parent: int) -> None:
    """Have the kernel kill this process when its parent ends, however the parent ends; exit at once if it is gone already. Linux."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(CRASHED)


def _prctl(option: int, value: int | bytes) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def supervise(settings: Settings, preload: Callable[[], object], without: Collection[str] = ()) -> int | Role:
    """Run all roles but those in `without` until SIGTERM or SIGINT.

    Returns the exit code in the parent, and in each child the role it has to run.
    """
    record(settings, "worker", os.getpid())
    log.info("worker %s runs as process %d", settings.worker, os.getpid())
    return Supervisor([role for role in ROLES if role not in without]).run(preload)


def port_of(role: Role, first: int) -> int:
    """Return the HTTP port of a role: the ports follow each other from the one that is set; 0 takes a free one for each.

    >>> port_of("serving", 8464), port_of("serving", 0)
    (8466, 0)
    """
    return first + ROLES.index(role) if first else 0
