"""Which rules are in force: the version published last, the version of each partition, and the file that the settings name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from agents.carrier.record import PARTITION_KEY, PartitionRecord
from agents.kafka.reader import LogReader
from agents.published.blueprints import BlueprintStore, read_blueprint, read_shelf
from agents.settings import Settings
from schemas.topics import JOURNEY_CHANGELOG
from streams.rules.blueprint import Blueprint
from streams.state import RULES, Partition


@dataclass(frozen=True)
class InForce:
    """What was published, the version in force for each partition (0: the defaults), and the blueprint that the settings name."""

    shelf: BlueprintStore
    versions: dict[int, int]
    file: Blueprint | None

    @property
    def words(self) -> str:
        """What is in force, in one line."""
        newest = self.shelf.newest
        if newest is None:
            return "the complete defaults: nothing was ever published"
        there = sum(version >= newest.version for version in self.versions.values())
        return f"{newest.name}, version {newest.version} ({newest.hash}), reached by {there} of {len(self.versions)} partitions"

    def findings(self, path: Path | None) -> Iterator[tuple[str, str]]:
        """Yield what is wrong, each with its fix."""
        newest = self.shelf.newest
        version = newest.version if newest else 0
        for number in {0, version, *self.versions.values()} - {0}:
            try:
                self.shelf.blueprint(number)
            except (LookupError, ValueError) as error:
                yield str(error), f"publish the file of version {number} again: no worker can begin without it"
        if behind := [str(number) for number, there in self.versions.items() if there < version]:
            yield (
                f"partitions {', '.join(behind)} are under an older version",
                "no worker has read it yet, or it was rejected: see `workers`, and `sojourn rejections list`",
            )
        if path is not None and self.file is not None and not self._is_file_in_force(version):
            yield (
                f"{path.name} is not what is in force",
                f"`sojourn blueprint diff {path}` shows how; `sojourn blueprint publish` activates",
            )

    def _is_file_in_force(self, version: int) -> bool:
        """Return whether the file has the rules in force. Also True if these cannot be read: another finding reports that."""
        try:
            return self.shelf.blueprint(version) == self.file
        except (LookupError, ValueError):
            return True


def standing(settings: Settings) -> InForce:
    """Return which rules are in force now. Raises BlueprintError if the settings' file is not a blueprint, and KafkaException."""
    file = read_blueprint(settings.blueprint) if settings.blueprint else None
    return InForce(read_shelf(settings), _versions(settings), file)


def _versions(settings: Settings) -> dict[int, int]:
    """Return the version of the rules in force, for each partition that has a partition record."""
    found: dict[int, int] = {}
    with LogReader(settings, JOURNEY_CHANGELOG, {}) as reader:
        for number in reader.partitions():
            record = reader.last(number, PARTITION_KEY)
            value = record.value() if record is not None else None
            if isinstance(value, bytes) and (body := PartitionRecord.decode(value).body):
                found[number] = msgspec.msgpack.decode(body, type=Partition).versions.get(RULES, 0)
    return found
