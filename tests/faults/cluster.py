"""The servers of one run: a Kafka of its own, and a Valkey where the read model is part of the scenario."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from confluent_kafka import Consumer, TopicPartition

from agents.kafka.admin import Admin
from agents.settings import Settings
from agents.tools.embedded.kafka import Kafka
from agents.tools.embedded.servers import key_file
from agents.tools.embedded.valkey import Valkey
from tests.conftest import CACHE
from tests.faults.evidence import FRONT, LOG

PARTITIONS = 4
GROUPS = {FRONT: "sojourn-ingest", LOG: "sojourn-journey"}


class Cluster:
    """Everything lies under `folder` and is gone with the run, unless the run failed and is kept as evidence."""

    def __init__(self, folder: Path, *, valkey: bool) -> None:
        self.folder = folder
        self.kafka = Kafka(folder / "kafka", cache=CACHE, heap_mb=256, brief=True)
        self.valkey = Valkey(folder / "valkey") if valkey else None

    def __enter__(self) -> Cluster:
        self.kafka.start()
        if self.valkey is not None:
            self.valkey.start()
        with Admin(self.settings) as admin:
            admin.create()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.valkey is not None:
            self.valkey.stop()
        self.kafka.stop(grace_s=0.0)  # nothing in it is needed again

    @property
    def variables(self) -> Mapping[str, str]:
        """A worker's environment: short time limits, so that a death is noticed in seconds."""
        return {
            "SOJOURN_HOME": str(self.folder),
            "SOJOURN_BROKERS": self.kafka.bootstrap,
            "SOJOURN_CONTROL_KEY_FILE": str(key_file(self.folder)),
            "SOJOURN_REDIS_URL": self.valkey.url if self.valkey is not None else "redis://127.0.0.1:1/0",
            "SOJOURN_PARTITIONS": str(PARTITIONS),
            "SOJOURN_SESSION_TIMEOUT_MS": "3500",
            "SOJOURN_TRANSACTION_TIMEOUT_MS": "8000",
            "SOJOURN_HTTP_PORT": "0",
        }

    @property
    def settings(self) -> Settings:
        """The settings that those variables make."""
        return Settings.from_env(self.variables)

    def committed(self) -> dict[str, dict[int, int]]:
        """The stable group offsets, by source topic and partition; 0 where there is none."""
        return {topic: self._committed(topic, group) for topic, group in GROUPS.items()}

    def _committed(self, topic: str, group: str) -> dict[int, int]:
        settings = {"bootstrap.servers": self.kafka.bootstrap, "group.id": group, "isolation.level": "read_committed", "log_level": 2}
        consumer = Consumer({**settings, "enable.auto.commit": False})
        try:
            found = consumer.committed([TopicPartition(topic, number) for number in range(PARTITIONS)], 10)
            return {each.partition: max(0, each.offset) for each in found}
        finally:
            consumer.close()

    def rewind(self, topic: str) -> None:
        """The group's offsets go back to the beginning, as an operator's mistake would set them."""
        with Admin(self.settings) as admin:
            refused = admin.set_committed(GROUPS[topic], {(topic, number): 0 for number in range(PARTITIONS)})
        if refused:
            raise RuntimeError(f"the broker refused to rewind: {refused}")

    def forget(self, topic: str) -> None:
        """The group's offsets are deleted."""
        with Admin(self.settings) as admin:
            admin.forget_committed(GROUPS[topic], [(topic, number) for number in range(PARTITIONS)])


def now_ms() -> int:
    """Now, ms UTC."""
    return time.time_ns() // 1_000_000
