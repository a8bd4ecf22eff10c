"""The store of all published blueprints: one compacted topic with bodies by hash and versions by number.

The topic puts no rules in force; only a control record in the touchpoint topic does. A worker looks up here the blueprint that belongs
to a hash in the log. Bodies are never deleted: a replay of the log needs every blueprint that was ever in force.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from confluent_kafka import KafkaException, Message

from agents.kafka.reader import LogReader
from agents.kafka.undecodable import Undecodable
from agents.kafka.watermarks import high_watermarks
from agents.settings import Settings
from agents.settings.files import small_text
from schemas.control import RulesPublished
from schemas.problems import Place, Problem
from schemas.topics import BLUEPRINTS
from streams.blueprints.faults import BlueprintError
from streams.blueprints.reading import blueprint_from
from streams.rules import Rules
from streams.rules.blueprint import Blueprint, blueprint_of, hash_of
from streams.rules.in_force import RulesAwayError
from streams.state import RULES, Partition

log = logging.getLogger(__name__)

VERSION = b"version/"  # the keys of versions begin with it; any other key is a hash


@dataclass
class BlueprintStore:
    """The contents of the topic."""

    bodies: dict[str, bytes] = field(default_factory=dict)  # by hash
    versions: dict[int, RulesPublished] = field(default_factory=dict)

    @property
    def newest(self) -> RulesPublished | None:
        """The version that was published last; None if there is none."""
        return self.versions[max(self.versions)] if self.versions else None

    def blueprint(self, version: int) -> Blueprint:
        """Return the blueprint of a version; version 0 is the defaults.

        Raises LookupError if it is missing, and ValueError if this program cannot read it.
        """
        if not version:
            return Blueprint()
        if version not in self.versions:
            raise LookupError(f"no version {version} was ever published")
        if (body := self.bodies.get(self.versions[version].hash)) is None:
            raise LookupError(f"the body of version {version} is not in {BLUEPRINTS}")
        return blueprint_of(body)

    def take(self, key: bytes, value: bytes) -> None:
        """Add one record of the topic. A body whose hash is not its key is ignored."""
        if key.startswith(VERSION):
            published = msgspec.json.decode(value, type=RulesPublished)
            self.versions[published.version] = published
        elif hash_of(value).encode() == key:
            self.bodies[key.decode()] = value


def read_shelf(settings: Settings, ends: Mapping[int, int] | None = None) -> BlueprintStore:
    """Return all that was published up to now. Raises KafkaException.

    With high watermarks as `ends` it waits for the transactions that were open before them.
    """
    shelf, undecodable = BlueprintStore(), Undecodable()

    def take(message: Message) -> None:
        key, value = message.key(), message.value()
        if isinstance(key, bytes) and isinstance(value, bytes):
            shelf.take(key, value)

    with LogReader(settings, BLUEPRINTS, beginning=True) as reader:
        for message in reader.until(ends or {}):
            undecodable.take(message, take)
    return shelf


def read_blueprint(path: Path) -> Blueprint:
    """Return the blueprint in a file. Raises BlueprintError with all problems that it has."""
    try:
        text = small_text(path)
    except (OSError, ValueError) as error:
        raise BlueprintError([Problem(Place(str(path), 0), f"it cannot be read: {error}")]) from error
    return blueprint_from(text, str(path))


class BlueprintLookup:
    """Finds blueprints by hash, for workers. It reads the topic at the first call, and again for a hash that it does not have."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._bodies: dict[str, bytes] = {}

    def __call__(self, hash_: str) -> Blueprint | None:
        """Return the blueprint published under this hash, or None. Raises RulesAwayError if the topic cannot be read.

        It says None only after it has read everything that was written before it was asked. A transaction that is not visible yet is
        waited for: the body may be in it.
        """
        if hash_ not in self._bodies:
            try:
                self._bodies = read_shelf(self._settings, high_watermarks(self._settings, BLUEPRINTS)).bodies
            except KafkaException as error:
                raise RulesAwayError(f"the rules {hash_} cannot be looked up in {BLUEPRINTS}: {error.args[0].str()}") from error
        body = self._bodies.get(hash_)
        return None if body is None else blueprint_of(body)


class ExpectedBlueprint:
    """The blueprint that an operator expects to be in force, from a file. It decides nothing.

    If other rules are in force, a warning is logged, once for each of those.
    """

    def __init__(self, path: Path | None) -> None:
        self._name = path.name if path else ""
        self._warned: set[str] = set()
        self.blueprint: Blueprint | None = None
        try:
            self.blueprint = read_blueprint(path) if path else None
        except BlueprintError as error:
            log.warning(
                "%s is no blueprint, so nobody can say whether it is in force; `sojourn blueprint check` says more:\n%s", path, error
            )

    def note(self, shared: Partition, rules: Rules) -> None:
        """Log a warning if these rules, now in force for a partition, are not the expected ones."""
        if self.blueprint is None or self.blueprint == rules.blueprint or rules.fingerprint in self._warned:
            return
        self._warned.add(rules.fingerprint)
        log.warning(
            "in force is %s, and %s says otherwise; `sojourn blueprint diff` shows how, `sojourn blueprint publish` puts the file in force",
            in_words(shared), self._name,
        )  # fmt: skip


def in_words(shared: Partition) -> str:
    """Return what is in force in a partition, as text for people.

    >>> in_words(Partition(blueprint="acme", versions={RULES: 3}, rules="ab"))
    "blueprint 'acme', version 3 (ab)"
    """
    version = shared.versions.get(RULES)
    return f"blueprint {shared.blueprint!r}, version {version} ({shared.rules})" if version else "no blueprint but the complete defaults"
