"""Whether the read model keeps up: customers a second whose view the serving role writes, from the changelog that the journey worker made.

The real role in a process of its own reads the whole changelog and writes to a real Valkey. Beside it stands how many changed journeys a
second the journey worker wrote there when it worked off its backlog. So a role that is slower falls behind at that rate.
"""

from __future__ import annotations

import sys
import time
from threading import Event
from typing import NamedTuple

import psutil
from confluent_kafka import Consumer, KafkaException, TopicPartition

from agents.serving.role import GROUP
from agents.tools.embedded.children import Child, spawn
from agents.tools.embedded.valkey import Valkey
from schemas.topics import JOURNEY_CHANGELOG
from tests.bench.drains.broker import PARTITIONS, Broker
from tests.bench.drains.jobs import COMING, GIVE_UP_S, LOOK_S
from tests.bench.drains.lap import Lap


class Serving(NamedTuple):
    """Rows of the changelog a second: as the serving role reads and serves them, and as the journey worker made them."""

    rows_per_s: float
    cpu_us: float  # processor time of the role, a row
    made_per_s: float


class Changelog:
    """Asks how long the changelog is, and how far the serving role has committed it. Transactions' own marks count as rows."""

    def __init__(self, broker: Broker) -> None:
        settings = {"bootstrap.servers": broker.bootstrap, "group.id": GROUP, "enable.auto.commit": False, "log_level": 2}
        self._consumer = Consumer({**settings, "isolation.level": "read_committed"})
        self._partitions = [TopicPartition(JOURNEY_CHANGELOG, number) for number in range(PARTITIONS)]

    def length(self) -> int:
        """Return the records of all partitions together."""
        return sum(self._consumer.get_watermark_offsets(each, 20.0)[1] for each in self._partitions)

    def served(self) -> int:
        """Return how many of them the serving role has served."""
        try:
            return sum(max(0, each.offset) for each in self._consumer.committed(self._partitions, 10))
        except KafkaException as error:
            if error.args[0].code() not in COMING:
                raise
            return 0

    def close(self) -> None:
        """Leave the broker."""
        self._consumer.close()


def made(broker: Broker) -> int:
    """Return how many rows the journey worker has written."""
    changelog = Changelog(broker)
    try:
        return changelog.length()
    finally:
        changelog.close()


def measured(broker: Broker, made_per_s: float) -> Serving:
    """Let the role serve the whole changelog of this broker. Raises RuntimeError where it ends early."""
    changelog = Changelog(broker)
    try:
        with Valkey(broker.folder / "valkey") as valkey:
            folder = broker.folder / "serving"
            folder.mkdir(parents=True)
            variables = {**broker.variables, "SOJOURN_REDIS_URL": valkey.url}
            words = [str(folder), "serving", "", *(f"{key}={value}" for key, value in variables.items())]
            child = spawn([sys.executable, "-m", "tests.faults.worker", *words], str(folder), folder, detached=False)
            try:
                lap = _served(changelog, child)
            finally:
                child.stop(15.0)
    finally:
        changelog.close()
    return Serving(lap.rate, lap.cpu_us, round(made_per_s, 1))


def _served(changelog: Changelog, child: Child) -> Lap:
    process = psutil.Process(child.pid)
    lap, deadline, pause = Lap(changelog.length()), time.monotonic() + GIVE_UP_S, Event()
    while not lap.done:
        if not child.alive() or time.monotonic() > deadline:
            raise RuntimeError("the serving role did not come to the end of the changelog")
        lap.at(changelog.served(), time.monotonic(), sum(process.cpu_times()[:2]))
        pause.wait(LOOK_S)
    return lap


def in_words(found: Serving) -> str:
    """Return the figures in a line."""
    return (
        f"serving writes the views of {found.rows_per_s:,.0f} changed journeys a second ({found.cpu_us:.1f} us each); the journey worker "
        f"changed {found.made_per_s:,.0f} a second in its backlog"
    )


def missed(found: Serving) -> list[str]:
    """Return the bound if it was not reached, in words."""
    if found.rows_per_s >= found.made_per_s:
        return []
    return [f"serving keeps up with {found.rows_per_s:,.0f} changed journeys a second, the journey worker makes {found.made_per_s:,.0f}"]
