"""Publishes a blueprint: first its body, then a control record to every partition of the log. The latter is one transaction.

A blueprint that is in force already is published again under its own version. A partition that has read it before does not change.
"""

from __future__ import annotations

from typing import NamedTuple

from agents.kafka.control_producer import alone, announce, transaction
from agents.published.blueprints import VERSION, BlueprintStore, read_shelf
from agents.settings import Settings
from schemas.control import RulesPublished
from schemas.topics import BLUEPRINTS
from streams.rules.blueprint import Blueprint, hash_of

NAME = "sojourn-blueprint"  # the transactional id of all who publish
NOBODY = b"rules-published"  # the key of the record in the touchpoint topic


class Spoken(NamedTuple):
    """What was published, and at which offset of each partition. `again`: the same had been published before."""

    word: RulesPublished
    offsets: dict[int, int]
    again: bool

    @property
    def partitions(self) -> int:
        """How many partitions have it."""
        return len(self.offsets)


def publish(settings: Settings, blueprint: Blueprint, why: str = "") -> Spoken:
    """Publish a blueprint, which is in force from here on in the log. Raises KafkaException; then it is in force nowhere or everywhere."""
    body = blueprint.body()
    with alone(settings, NAME) as producer:
        shelf = read_shelf(settings)
        word, again = _next_record(shelf, blueprint.name, hash_of(body), why)
        if word.hash not in shelf.bodies:
            with transaction(producer):
                producer.send(BLUEPRINTS, word.hash, body)
        offsets = announce(settings, producer, word, BLUEPRINTS, VERSION + b"%08d" % word.version, NOBODY)
    return Spoken(word, offsets, again)


def _next_record(shelf: BlueprintStore, name: str, hash_: str, why: str) -> tuple[RulesPublished, bool]:
    newest = shelf.newest
    if newest is not None and newest.hash == hash_:
        return newest, True
    return RulesPublished(name=name, version=newest.version + 1 if newest else 1, hash=hash_, why=why), False
