"""Each job in a process of its own, one after the other: none shares the cores with another but with the broker."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import NamedTuple

import orjson
from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from agents.journey.clock import QUIET
from agents.tools.embedded.children import Child, spawn
from tests.bench.drains.broker import PARTITIONS, SOURCE, Broker
from tests.bench.drains.lap import Lap

GIVE_UP_S = 400.0
LOOK_S = 0.1
COMING = (KafkaError.NOT_COORDINATOR, KafkaError.COORDINATOR_NOT_AVAILABLE, KafkaError.COORDINATOR_LOAD_IN_PROGRESS)  # the first asker
CALM_S, CALM_RATE = 1.5, 1_000  # seconds, events a second
HELD_S = QUIET / 1000 + CALM_S  # after a history the clock holds its timers for so long; then their ticks come


class Speed(NamedTuple):
    """Events a second, and microseconds of the process's own processor time an event."""

    rate: float
    cpu_us: float


def speed(broker: Broker, module: str, total: int, name: str) -> Speed:
    """How fast one process is of `tests.bench.<module>`; its table's changelog exists before. Raises RuntimeError."""
    broker.create([f"{name}-changelog" if module == "plain" else f"{name}-counts-changelog"], compacted=True)
    folder = broker.folder / name
    folder.mkdir(parents=True)
    command = [sys.executable, "-m", f"tests.bench.drains.{module}", broker.bootstrap, str(total), name, str(folder)]
    with (folder / "log").open("wb") as log:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=log, timeout=GIVE_UP_S, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith(b'{"rate"')]
    if done.returncode != 0 or not lines:
        raise RuntimeError(f"{module} ended with {done.returncode}; its log is {folder / 'log'}")
    return Speed(**orjson.loads(lines[-1]))


def median(runs: int, measure: Callable[[int], Speed]) -> tuple[Speed, list[float]]:
    """The medians of so many runs, and all the rates."""
    speeds = [measure(number) for number in range(runs)]
    middle = Speed(statistics.median(each.rate for each in speeds), statistics.median(each.cpu_us for each in speeds))
    return middle, [each.rate for each in speeds]


@contextmanager
def journey_worker(broker: Broker, total: int) -> Iterator[Child]:
    """`sojourn worker --only journey`, as an operator runs it, until the block ends; with probes, see `live`. `total` is the backlog."""
    folder = broker.folder / "journey"
    folder.mkdir(parents=True)
    probes = {"BENCH_STAGES": str(stages_file(broker)), "BENCH_PROFILE": str(profile_file(broker)), "BENCH_EVENTS": str(total)}
    words = [f"{key}={value}" for key, value in {**broker.variables, **probes}.items()]
    child = spawn(
        [sys.executable, "-m", "tests.bench.live.worker", str(folder), "journey", "", *words], str(folder), folder, detached=False
    )
    try:
        yield child
    finally:
        child.stop(15.0)


def stages_file(broker: Broker) -> Path:
    """Where the journey worker notes when it applied and committed."""
    return broker.folder / "journey" / "stages"


def profile_file(broker: Broker) -> Path:
    """Where the journey worker writes where its time went over the backlog."""
    return broker.folder / "journey" / "profile"


def drained(broker: Broker, worker: Child, total: int) -> Speed:
    """How fast the journey worker is over the source, from the offsets it commits. Raises RuntimeError where it ends early."""
    lap, deadline, pause = Lap(total), time.monotonic() + GIVE_UP_S, Event()
    with _offsets(broker) as applied:
        while not lap.done:
            if not worker.alive() or time.monotonic() > deadline:
                raise RuntimeError(f"the journey worker did not come to the end; its log is {broker.folder / 'journey' / 'server.log'}")
            lap.at(applied(), time.monotonic(), _cpu_seconds(worker.pid))
            pause.wait(LOOK_S)
    return Speed(lap.rate, lap.cpu_us)


def calm_down(broker: Broker, seconds: float = CALM_S) -> None:
    """The backlog is done, and what it set off: hardly anything is applied any more, for so many seconds."""
    deadline, pause = time.monotonic() + GIVE_UP_S, Event()
    with _offsets(broker) as applied:
        before = applied()
        while time.monotonic() < deadline:
            pause.wait(seconds)
            now = applied()
            if now - before < seconds * CALM_RATE:
                return
            before = now
    raise RuntimeError("the journey worker did not calm down after the backlog")


def _cpu_seconds(pid: int) -> float:
    """Processor time of a process so far, from the system's own books."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def _offsets(broker: Broker) -> Iterator[Callable[[], int]]:
    """Asks how many events the journey worker has committed, all partitions together."""
    settings = {"bootstrap.servers": broker.bootstrap, "group.id": "sojourn-journey", "enable.auto.commit": False, "log_level": 2}
    consumer = Consumer({**settings, "isolation.level": "read_committed"})
    asked = [TopicPartition(SOURCE, number) for number in range(PARTITIONS)]

    def applied() -> int:
        try:
            return sum(max(0, each.offset) for each in consumer.committed(asked, 10))
        except KafkaException as error:
            if error.args[0].code() not in COMING:
                raise
            return 0

    try:
        yield applied
    finally:
        consumer.close()
