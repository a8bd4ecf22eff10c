"""Five roles, five processes, one parent that keeps them running: a role that gives up is started again, one that refuses ends all.

A worker is crash-only: it ends (70) rather than go on in doubt, and nothing is lost by starting it again. A refusal (2) is another
matter: starting again cannot help, so it is shown and everything stops.
"""

from __future__ import annotations

import asyncio
import ctypes
import logging
import os
import signal
import sys
from collections.abc import Sequence
from time import monotonic

from agents.running.roles import ROLES
from agents.running.runfiles import record
from agents.settings import Settings

log = logging.getLogger(__name__)

CRASHED = 70  # the carrier's code for "start me again"; not imported, so that the parent of heavy processes is a light one
GRACE = 14.5  # seconds from SIGTERM to SIGKILL: all are gone within 15
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0  # seconds before a role is started again: longer each time it ends soon
STEADY = 60.0  # seconds a role has to run for its next end to count as the first
_PR_SET_PDEATHSIG = 1
_PROGRAM = "from agents.cli import main; main()"  # the installed command may not be on anybody's path


class Supervisor:
    """Keeps one process a role running, started by `command` + its role's words. `run` returns the exit code for all of them."""

    def __init__(self, commands: dict[str, Sequence[str]]) -> None:
        self._commands = commands
        self._children: dict[str, asyncio.subprocess.Process] = {}
        self._stopping = asyncio.Event()
        self._code = 0

    async def run(self) -> int:
        """0 after SIGTERM or SIGINT; the code of the first role that must not be started again."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        async with asyncio.TaskGroup() as group:
            for role, command in self._commands.items():
                group.create_task(self._keep(role, command))
            group.create_task(self._end_all())
        return self._code

    async def _keep(self, role: str, command: Sequence[str]) -> None:
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            begun = monotonic()
            child = self._children[role] = await asyncio.create_subprocess_exec(*command)
            if self._stopping.is_set():  # told to stop while it was being made: it has not begun anything
                child.kill()
            log.info("%s runs as process %d", role, child.pid)
            code = await child.wait()
            if self._stopping.is_set():
                return
            if not may_restart(code):
                log.error("%s ended with %d, which starting again does not cure; everything stops", role, code)
                self._code = code
                self._stopping.set()
                return
            pause = FIRST_PAUSE if monotonic() - begun > STEADY else pause
            log.warning("%s %s; starting it again in %.1f s", role, in_words(code), pause)
            await self._rest(pause)
            pause = min(LONGEST_PAUSE, pause * 2)

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return

    async def _end_all(self) -> None:
        """SIGTERM to all, SIGKILL to whoever is there when the time is up."""
        await self._stopping.wait()
        self._signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(GRACE):
                await asyncio.gather(*(child.wait() for child in self._children.values()))
        except TimeoutError:
            log.error("%s did not end in time and were killed", ", ".join(self._alive()))
            self._signal(signal.SIGKILL)

    def _alive(self) -> list[str]:
        return [role for role, child in self._children.items() if child.returncode is None]

    def _signal(self, number: signal.Signals) -> None:
        for role in self._alive():
            self._children[role].send_signal(number)


def may_restart(code: int) -> bool:
    """Whether a role that ended like this is started again: it gave up, was killed, or left without being told to by us.

    >>> may_restart(70), may_restart(-9), may_restart(2)
    (True, True, False)
    """
    return code == CRASHED or code <= 0


def in_words(code: int) -> str:
    """How it ended.

    >>> in_words(-9), in_words(70)
    ('was killed by SIGKILL', 'gave up (70)')
    """
    if code < 0:
        return f"was killed by {signal.Signals(-code).name}"
    return f"gave up ({code})" if code else "left"


def die_with(parent: int) -> None:
    """This process is killed when its parent ends, however the parent ends; at once where it is gone already. Linux."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(CRASHED)


def supervise(settings: Settings, *, as_json: bool) -> int:
    """All roles run until SIGTERM or SIGINT; returns the exit code. Their HTTP ports follow each other from the one that is set."""
    commands: dict[str, Sequence[str]] = {}
    for place, role in enumerate(ROLES):
        port = settings.http_port + place if settings.http_port else 0
        commands[role] = child_command(role, "--http-port", str(port), *(["--json"] if as_json else []))
    record(settings, "worker", os.getpid())
    log.info("worker %s runs as process %d", settings.worker, os.getpid())
    return asyncio.run(Supervisor(commands).run())


def child_command(role: str, *words: str) -> list[str]:
    """The command line of one role: this very program, told to die with us."""
    return [sys.executable, "-c", _PROGRAM, "worker", "--only", role, "--parent", str(os.getpid()), *words]
