"""Real worker processes under stable names: started, killed, frozen, woken, and restarted by a supervisor when they give up."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from agents.carrier.exits import CRASHED
from agents.carrier.failpoints import DIED
from agents.tools.embedded.children import Child, spawn

SIGNALS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP, "cont": signal.SIGCONT, "term": signal.SIGTERM}
WANTED = {"term": (0, -signal.SIGTERM), "kill": (-signal.SIGKILL,)}  # how one ends that was told to; -15: before it could listen
REBUILD = "rebuild"  # in place of a failpoint: the read model is filled anew
BACK_OFF_S = 0.5
GRACE_S = 15.0  # SIGTERM to exit, as promised


@dataclass(slots=True)
class Seat:
    """One name, and the process that has it now. Every start writes to the same log."""

    name: str
    child: Child | None = None
    told: str = ""  # the last signal that ends a process
    told_at: float = 0.0  # monotonic seconds
    failpoint: str = ""  # of the process that has it now
    frozen_at: float = 0.0  # monotonic seconds when a failpoint was seen to have frozen it; 0: it runs
    freed: float = 0.0  # monotonic seconds when it gave up
    exits: list[int] = field(default_factory=list)

    @property
    def role(self) -> str:
        """What a worker of this name does."""
        return self.name.partition("-")[0]


class Workers:
    """The workers of one run. `variables` is the environment every one of them gets.

    A failpoint is for the first process of its name, or, where `stubborn`, for all of them.
    """

    def __init__(
        self,
        folder: Path,
        variables: Mapping[str, str],
        say: Callable[[str], None],
        failpoints: Mapping[str, str] | None = None,
        *,
        stubborn: bool = False,
        thaw_s: float = 5.0,
    ) -> None:
        self._folder, self._variables, self._say = folder, dict(variables), say
        self._seats: dict[str, Seat] = {}
        self._failpoints, self._stubborn, self._thaw_s = dict(failpoints or {}), stubborn, thaw_s
        self.struck = 0  # how often a failpoint froze or ended somebody
        self.thawed: list[str] = []
        self.unexpected: list[str] = []  # ends that nobody asked for

    def start(self, name: str) -> None:
        """The worker of this name runs; if it does already, nothing happens. One that was told to end is waited for."""
        seat = self._seats.setdefault(name, Seat(name))
        if seat.told and seat.child is not None:
            seat.child.gone_within(GRACE_S)
        failpoint = self._failpoints.get(name, "")
        if not self._stubborn:
            self._failpoints.pop(name, None)
        if self.alive(name):
            return
        folder = self._folder / name
        folder.mkdir(parents=True, exist_ok=True)
        variables = {**self._variables, "SOJOURN_WORKER": name}
        words = [f"{key}={value}" for key, value in variables.items()]
        command = [sys.executable, "-m", "tests.faults.worker", str(folder), seat.role, failpoint, *words]
        seat.child, seat.told, seat.freed = spawn(command, str(folder), folder, detached=False), "", 0.0
        seat.failpoint, seat.frozen_at = failpoint, 0.0
        self._say(f"{name} started{f' with {failpoint}' if failpoint else ''}")

    def rebuild(self, name: str) -> None:
        """The read model's worker of this name starts, and fills the view anew."""
        self._failpoints[name] = REBUILD
        self.start(name)

    def relent(self) -> None:
        """Whoever has a failpoint is killed and started without: a chunk that was lost last of all is noticed by nobody else."""
        self._failpoints.clear()
        for seat in self._seats.values():
            if seat.failpoint and self.alive(seat.name):
                self.signal(seat.name, "kill")
                if seat.child is not None:
                    seat.child.gone_within(GRACE_S)
                self._reap()
                self.start(seat.name)

    def signal(self, name: str, what: str) -> None:
        """kill, stop, cont or term; whoever is gone already does not hear it."""
        seat = self._seats[name]
        if seat.child is not None:
            if what in WANTED:
                seat.told, seat.told_at = what, time.monotonic()
            seat.child.signal(SIGNALS[what])
            self._say(f"{name} {what}")

    def alive(self, name: str) -> bool:
        """Whether a process has this name, frozen or not."""
        self._reap()
        return name in self._seats and self._seats[name].child is not None

    def exits(self, name: str) -> list[int]:
        """The exit statuses of the processes that had this name, in order."""
        self._reap()
        return self._seats[name].exits if name in self._seats else []

    def supervise(self) -> None:
        """Who gave up (70), or died of a failpoint, is started again after a breath, as any supervisor does; who was frozen by one
        is woken when it is time."""
        self._reap()
        for seat in self._seats.values():
            if seat.failpoint.startswith("freeze") and seat.child is not None:
                self._thaw(seat, seat.child)
            if seat.child is None and seat.freed and time.monotonic() - seat.freed > BACK_OFF_S:
                self.start(seat.name)

    def _thaw(self, seat: Seat, child: Child) -> None:
        if not seat.frozen_at and _is_stopped(child.pid):
            seat.frozen_at = time.monotonic()
            self.struck += 1
            self._say(f"{seat.name} froze")
        elif seat.frozen_at and time.monotonic() - seat.frozen_at > self._thaw_s:
            seat.failpoint = ""
            self.thawed.append(seat.name)
            self.signal(seat.name, "cont")

    @property
    def names(self) -> list[str]:
        """Everybody who was ever started."""
        return list(self._seats)

    @property
    def restarts(self) -> int:
        """How often somebody gave up."""
        return sum(code in (CRASHED, DIED) for seat in self._seats.values() for code in seat.exits)

    def stop(self, names: Iterable[str] | None = None) -> float:
        """SIGTERM to all of them, or these; returns the seconds the slowest took. One that takes too long is killed, and named."""
        chosen = [self._seats[name] for name in (self._seats if names is None else names) if self.alive(name)]
        begun = time.monotonic()
        for seat in chosen:
            self.signal(seat.name, "cont")
            self.signal(seat.name, "term")
        for seat in chosen:
            left = GRACE_S - (time.monotonic() - begun)
            if seat.child is not None and not seat.child.gone_within(max(0.0, left)):
                self.unexpected.append(f"{seat.name} had to be killed {GRACE_S:.0f} s after SIGTERM")
                seat.told = "kill"
                seat.child.kill()
        self._reap()
        return time.monotonic() - begun

    def kill_all(self) -> None:
        """Nothing is left running."""
        for seat in self._seats.values():
            if seat.child is not None:
                seat.told, seat.freed = "kill", 0.0
                seat.child.kill()
                seat.child = None

    def _reap(self) -> None:
        for seat in self._seats.values():
            child = seat.child
            if child is None or child.popen is None or (code := child.popen.poll()) is None:
                continue
            child.forget()
            seat.child = None
            seat.exits.append(code)
            self._say(f"{seat.name} ended with {code}")
            if seat.told == "term" and (took := time.monotonic() - seat.told_at) > GRACE_S + 1:
                self.unexpected.append(f"{seat.name} took {took:.0f} s to leave after SIGTERM")
            if code in (CRASHED, DIED):
                self.struck += bool(seat.failpoint)
                seat.freed = time.monotonic()
            elif code not in WANTED.get(seat.told, ()):
                self.unexpected.append(f"{seat.name} ended with {code}: {_last_words(self._folder / seat.name)}")


def _is_stopped(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"
    except OSError:
        return False


def _last_words(folder: Path) -> str:
    lines = (folder / "server.log").read_text(errors="replace").splitlines()
    return lines[-1][:300] if lines else "(it wrote nothing)"
