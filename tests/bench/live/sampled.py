"""Where the real journey worker's time goes under a backlog, by step: its main thread, and what its other threads take beside it.

`install` runs in the worker. From a twentieth of the backlog to almost all of it, the main thread looks at its own stack every two
milliseconds of the process's processor time. The innermost step is given the time of the main thread since the look before: so other
threads, which the system's clock counts as well, are not taken for it. What those take comes from the system's books of threads.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import orjson
from rich.table import Table

from agents.carrier.chunk import Chunk
from agents.carrier.ledger import Ledger
from tests.bench.drains.lap import BEGIN, END
from tests.bench.steps import _step

EVERY_S = 0.002
REST = "else in the job"  # what `_step` calls a stack without a step of the job: here also Faust and the event loop
THREADS = {"Thread-1": "fetching", "librdkafka": "librdkafka's own"}  # names that say little
TICK_S = 1 / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Sampled:
    """Microseconds of processor time an event, by step of the main thread and by other thread. `busy`: of a core by the main thread."""

    events: int
    looks: int
    busy: float
    steps: dict[str, float]
    threads: dict[str, float]

    @property
    def us(self) -> float:
        """All together."""
        return sum(self.steps.values()) + sum(self.threads.values())


class Sampler:
    """Counts the main thread's processor time by step while it is on."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.looks = 0
        self._known: dict[tuple[int, ...], str] = {}  # a stack, as the ids of its code, and its step: found once
        self._last = 0.0

    def start(self) -> None:
        self._last = time.thread_time()
        signal.signal(signal.SIGPROF, self._look)
        signal.setitimer(signal.ITIMER_PROF, EVERY_S, EVERY_S)

    def stop(self) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, signal.SIG_IGN)

    def _look(self, _number: int, frame: FrameType | None) -> None:
        now = time.thread_time()
        stack, at = [], frame
        while at is not None:
            stack.append(id(at.f_code))
            at = at.f_back
        known = tuple(stack)
        if (step := self._known.get(known)) is None:
            step = self._known[known] = step_of(frame)
        self.seconds[step] += now - self._last
        self._last = now
        self.looks += 1


def step_of(frame: FrameType | None) -> str:
    """Return the step of this stack; the carrier, Faust and the event loop apart from the job."""
    step = _step(frame)
    if step != REST:
        return step
    while frame is not None:
        file = frame.f_code.co_filename
        if "/agents/carrier/" in file:
            return "the carrier"
        if "/agents/" in file:
            return REST
        frame = frame.f_back
    return "Faust and the event loop"


def install(file: Path, total: int) -> None:
    """Sample this process while it applies the middle of `total` events, then write what was found to `file`."""
    accept, sampler = Ledger.accept, Sampler()
    begun: list[tuple[int, float, dict[str, float]]] = []  # events, monotonic seconds, seconds of each thread

    def sampled_accept(self: Ledger[Any], chunk: Chunk) -> None:
        accept(self, chunk)
        done = self.count.events
        if file.exists():  # the live part is not sampled
            return
        if not begun and done >= total * BEGIN:
            begun.append((done, time.monotonic(), threads()))
            sampler.start()
        elif begun and done >= total * END:
            sampler.stop()
            file.write_bytes(orjson.dumps(asdict(summed(sampler, done, *begun[0]))))

    Ledger.accept = sampled_accept  # type: ignore[method-assign]


def summed(sampler: Sampler, done: int, first: int, since: float, before: dict[str, float]) -> Sampled:
    """Return the sums an event. `before` has the seconds of each thread at the beginning."""
    events, seconds = done - first, sum(sampler.seconds.values())
    steps = {step: round(spent / events * 1e6, 2) for step, spent in sampler.seconds.items()}
    others = {name: round((spent - before.get(name, 0.0)) / events * 1e6, 2) for name, spent in threads().items()}
    return Sampled(
        events, sampler.looks, round(seconds / (time.monotonic() - since), 3), steps, {k: v for k, v in others.items() if v >= 0.01}
    )


def threads() -> dict[str, float]:
    """Return the processor seconds of this process's other threads so far, by name. librdkafka's are one row."""
    names = {thread.native_id: thread.name for thread in threading.enumerate()}
    spent: defaultdict[str, float] = defaultdict(float)
    for task in Path("/proc/self/task").iterdir():
        number = int(task.name)
        if number == threading.main_thread().native_id:
            continue
        name, _, rest = (task / "stat").read_text().partition("(")[2].rpartition(")")
        fields = rest.split()
        kind = names.get(number) or ("librdkafka" if name.startswith("rdk:") else name)
        spent[kind.partition("_")[0]] += (int(fields[11]) + int(fields[12])) * TICK_S
    return dict(spent)


def read(file: Path) -> Sampled:
    """Return what the worker wrote."""
    return Sampled(**orjson.loads(file.read_bytes()))


def table(found: Sampled) -> Table:
    """As people read it."""
    made = Table(title="the journey worker over a backlog on the real broker, sampled: microseconds of processor time an event")
    for column in ("where", "us/event", "share"):
        made.add_column(column, justify="left" if column == "where" else "right")
    for name, us in sorted(found.steps.items(), key=lambda each: -each[1]):
        made.add_row(name, f"{us:.1f}", f"{us / found.us:.0%}")
    for name, us in sorted(found.threads.items(), key=lambda each: -each[1]):
        made.add_row(f"thread: {THREADS.get(name, name)}", f"{us:.1f}", f"{us / found.us:.0%}")
    made.caption = f"{found.us:.1f} us in all, {found.looks:,} looks; the main thread is busy {found.busy:.0%} of the time"
    return made
