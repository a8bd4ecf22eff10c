"""Administration of the cluster: it creates topics, compares them with the catalogue, and reads and sets the offsets of groups.

Only `sojourn topics create` creates topics; a worker never does. A worker has no right to, and a misspelt name must be an error. It
would otherwise become an empty topic.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from kafka import KafkaAdminClient, TopicPartition  # type: ignore[import-untyped]
from kafka.admin import ConfigResource, ConfigResourceType, OffsetSpec  # type: ignore[import-untyped]
from kafka.errors import (  # type: ignore[import-untyped]
    AuthorizationError,
    CoordinatorLoadInProgressError,
    CoordinatorNotAvailableError,
    GroupAuthorizationFailedError,
    NotCoordinatorError,
)
from kafka.structs import OffsetAndMetadata  # type: ignore[import-untyped]

from agents.kafka.refused import RightMissingError
from agents.settings import Settings
from agents.settings.security import kafka_python_security
from schemas.topic import Topic
from schemas.topics import TOPICS

_EXISTS, _DENIED, _FINE = 36, 29, 0
_COORDINATOR_IS_COMING = (CoordinatorNotAvailableError, CoordinatorLoadInProgressError, NotCoordinatorError)


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: what it is about, the cause, and how to fix it."""

    about: str
    cause: str
    fix: str


@dataclass(frozen=True)
class Group:
    """A consumer group: its number of members, its committed offsets, and the ends of the log, per (topic, partition)."""

    name: str
    state: str
    members: int
    committed: Mapping[tuple[str, int], int]
    ends: Mapping[tuple[str, int], int]

    @property
    def behind(self) -> int:
        """How many offsets lie between the committed ones and the ends. A few per partition are transaction markers, never read."""
        return sum(max(0, self.ends[at] - offset) for at, offset in self.committed.items() if at in self.ends)

    def unread(self) -> dict[str, dict[int, int]]:
        """Return the committed offsets that lie before the end of their partition, by topic and partition."""
        found: dict[str, dict[int, int]] = {}
        for (topic, number), offset in self.committed.items():
            if offset < self.ends.get((topic, number), 0):
                found.setdefault(topic, {})[number] = offset
        return found


class Admin:
    """A short-lived connection for administration. Every request gives up after `patience_s` seconds."""

    def __init__(self, settings: Settings, patience_s: float = 8.0) -> None:
        self._settings, self._patience_s = settings, patience_s
        limit = int(patience_s * 1000)
        waits = {"request_timeout_ms": limit, "bootstrap_timeout_ms": limit}
        self._client = KafkaAdminClient(**kafka_python_security(settings), **waits, client_id="sojourn-admin")

    def __enter__(self) -> Admin:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._client.close()

    @property
    def client(self) -> Any:
        """kafka-python's own client, for requests that only one command needs."""
        return self._client

    def create(self, topics: Sequence[Topic] = TOPICS) -> list[str]:
        """Create the topics that are missing and return their names. Existing topics stay as they are.

        Raises RuntimeError with the name of each topic that the brokers refused, and why.
        """
        partitions, copies = self._settings.partitions, self._settings.replication
        wanted = {
            row.name: {
                "num_partitions": partitions,
                "replication_factor": copies,
                "configs": row.configs if copies < 0 else row.configs_for(copies),
            }
            for row in topics
        }
        answer = self._client.create_topics(wanted, raise_errors=False, wait_for_metadata=False)["topics"]
        refused = [f"{each['name']}: {each['error_message']}" for each in answer if each["error_code"] not in {_FINE, _EXISTS}]
        if refused:
            raise RuntimeError("; ".join(refused))
        created = [each["name"] for each in answer if each["error_code"] == _FINE]
        self._await_leaders(created)
        return created

    def _await_leaders(self, names: Sequence[str]) -> None:
        ready_by = time.monotonic() + self._patience_s
        while names and time.monotonic() < ready_by:
            described = self._client.describe_topics(list(names))
            if all(part["error_code"] == _FINE for each in described for part in each["partitions"] or [{"error_code": 1}]):
                return
            time.sleep(0.05)

    def partitions(self, names: Iterable[str]) -> dict[str, int]:
        """Return the number of partitions of each of these topics that exists. Raises RightMissingError if one may not be described."""
        described = self._client.describe_topics(list(names))
        for each in described:
            if each["error_code"] == _DENIED:
                raise RightMissingError(_DENIED, "DESCRIBE", each["name"])
        return {each["name"]: len(each["partitions"]) for each in described if each["error_code"] == _FINE}

    def configs(self, names: Iterable[str]) -> dict[str, dict[str, str]]:
        """Return all configuration values in force for these topics. The topics must exist."""
        asked = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
        described = self._client.describe_configs(asked, config_filter="all")["topic"]
        return {name: {key: str(each["value"]) for key, each in rows.items()} for name, rows in described.items()}

    def check(self, topics: Sequence[Topic] = TOPICS) -> list[Finding]:
        """Return what differs from the catalogue: missing topics, partition counts, configurations."""
        counts = self.partitions(row.name for row in topics)
        missing = [Finding(row.name, "the topic does not exist", "sojourn topics create") for row in topics if row.name not in counts]
        present = [row for row in topics if row.name in counts]
        configs = self.configs(row.name for row in present) if present else {}
        counted = (_wrong_count(row.name, counts[row.name], self._settings.partitions) for row in present)
        configured = (found for row in present for found in _wrong_configs(row, configs[row.name]))
        return [*missing, *(found for found in counted if found), *configured]

    def group(self, name: str) -> Group:
        """Return the state of the group. A group that nobody ever joined has no members and no offsets. Raises RightMissingError."""
        try:
            described = self._ask_coordinator(lambda: self._client.describe_groups([name]))[name]
            committed = self.committed(name)
        except AuthorizationError as error:
            raise RightMissingError(GroupAuthorizationFailedError.errno, "DESCRIBE", name) from error
        return Group(name, str(described["group_state"]), len(described["members"]), committed, self.ends(committed))

    def committed(self, group: str) -> dict[tuple[str, int], int]:
        """Return the offsets that the group has committed, by topic and partition."""
        fetched = self._ask_coordinator(lambda: self._client.list_group_offsets({group: None}))[group]
        return {(at.topic, at.partition): row.offset for at, row in fetched.items() if row.offset >= 0}

    def ends(self, partitions: Iterable[tuple[str, int]], *, first: bool = False) -> dict[tuple[str, int], int]:
        """Return the end offset of each of these partitions, or its first one. Partitions of missing topics are left out."""
        asked = [TopicPartition(*at) for at in partitions]
        present = self.partitions({at.topic for at in asked})
        spec = OffsetSpec.EARLIEST if first else OffsetSpec.LATEST
        specs = {at: spec for at in asked if at.partition < present.get(at.topic, 0)}
        return {(at.topic, at.partition): row.offset for at, row in (self._client.list_partition_offsets(specs) if specs else {}).items()}

    def set_committed(self, group: str, offsets: Mapping[tuple[str, int], int]) -> dict[tuple[str, int], str]:
        """Set a group's committed offsets by hand. Return the name of each error; a group with members refuses."""
        wanted = {TopicPartition(*at): OffsetAndMetadata(offset, "set by sojourn topics trust", -1) for at, offset in offsets.items()}
        answer = self._ask_coordinator(lambda: self._client.alter_group_offsets(group, wanted))
        return {(at.topic, at.partition): error.__name__ for at, error in answer.items() if error.errno != _FINE}

    def forget_committed(self, group: str, partitions: Iterable[tuple[str, int]]) -> None:
        """Delete a group's committed offsets of these partitions. The group will begin at the start of the log."""
        self._ask_coordinator(lambda: self._client.delete_group_offsets(group, [TopicPartition(*at) for at in partitions]))

    def brokers(self) -> list[str]:
        """Return `host:port` of every broker of the cluster."""
        return [f"{each['host']}:{each['port']}" for each in self._client.describe_cluster()["brokers"]]

    def _ask_coordinator(self, request: Any) -> Any:
        """Repeat a request while the coordinator's own topic is being created: the first request ever made creates it."""
        ready_by = time.monotonic() + self._patience_s
        while True:
            try:
                return request()
            except _COORDINATOR_IS_COMING:
                if time.monotonic() > ready_by:
                    raise
                time.sleep(0.1)


def _wrong_count(name: str, count: int, wanted: int) -> Finding | None:
    fix = f"set SOJOURN_PARTITIONS={count} if all topics have {count}; a topic that differs must be migrated: keys would change partitions"
    return None if count == wanted else Finding(name, f"it has {count} partitions where the settings say {wanted}", fix)


def _wrong_configs(row: Topic, configs: Mapping[str, str]) -> Iterable[Finding]:
    for key, wanted in row.configs.items():
        if configs.get(key) != wanted:
            fix = f"kafka-configs.sh --alter --entity-type topics --entity-name {row.name} --add-config {key}={wanted}"
            yield Finding(row.name, f"{key} is {configs.get(key)} where the catalogue says {wanted}", fix)
