"""Which rules are in force where: what was published last, what each partition is under, and what the file of ours says."""

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
    """What was published, the version each partition is under (0: the defaults), and the blueprint that the settings name."""

    shelf: BlueprintStore
    versions: dict[int, int]
    file: Blueprint | None

    @property
    def words(self) -> str:
        """What is in force, in a line."""
        newest = self.shelf.newest
        if newest is None:
            return "the complete defaults: nothing was ever published"
        there = sum(version >= newest.version for version in self.versions.values())
        return f"{newest.name}, version {newest.version} ({newest.hash}), reached by {there} of {len(self.versions)} partitions"

    def findings(self, path: Path | None) -> Iterator[tuple[str, str]]:
        """What is wrong, each with its fix."""
        newest = self.shelf.newest
        version = newest.version if newest else 0
        for number in {0, version, *self.versions.values()} - {0}:
            try:
                self.shelf.blueprint(number)
            except (LookupError, ValueError) as error:
                yield str(error), f"publish the file of version {number} again: no worker can begin without it"
        if behind := [str(number) for number, there in self.versions.items() if there < version]:
            yield f"partitions {', '.join(behind)} are under an older version", "a worker has not read so far yet: see `workers`"
        if path is not None and self.file is not None and not self._same(version):
            yield (
                f"{path.name} is not what is in force",
                f"`sojourn blueprint diff {path}` shows how; `sojourn blueprint publish` activates",
            )

    def _same(self, version: int) -> bool:
        """Whether the file says what is in force; where that cannot be read, another finding says so."""
        try:
            return self.shelf.blueprint(version) == self.file
        except (LookupError, ValueError):
            return True


def standing(settings: Settings) -> InForce:
    """Where the rules stand now. Raises BlueprintError where the file of the settings is no blueprint."""
    file = read_blueprint(settings.blueprint) if settings.blueprint else None
    return InForce(read_shelf(settings), _versions(settings), file)


def _versions(settings: Settings) -> dict[int, int]:
    """The version of the rules that each partition with a record is under."""
    found: dict[int, int] = {}
    with LogReader(settings, JOURNEY_CHANGELOG, {}) as reader:
        for number in reader.partitions():
            record = reader.last(number, PARTITION_KEY)
            value = record.value() if record is not None else None
            if isinstance(value, bytes) and (body := PartitionRecord.decode(value).body):
                found[number] = msgspec.msgpack.decode(body, type=Partition).versions.get(RULES, 0)
    return found
