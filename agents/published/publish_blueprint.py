"""A blueprint is put in force: its body first, then the word in every partition of the log, in one transaction, all or nothing.

Publishing what is in force already says it again under its own version, which changes nothing where it was heard.
"""

from __future__ import annotations

from typing import NamedTuple

from agents.kafka.control_producer import alone, announce, transaction
from agents.published.blueprints import VERSION, BlueprintStore, read_shelf
from agents.settings import Settings
from schemas.control import RulesPublished
from schemas.topics import BLUEPRINTS
from streams.rules.blueprint import Blueprint, hash_of

NAME = "sojourn-blueprint"  # the transactional name of whoever publishes
NOBODY = b"rules-published"


class Spoken(NamedTuple):
    """What was said to every partition; `again`: it had been said before."""

    word: RulesPublished
    partitions: int
    again: bool


def publish(settings: Settings, blueprint: Blueprint, why: str = "") -> Spoken:
    """From here on in the log this blueprint is in force. Raises KafkaException, with nothing changed or everything."""
    body = blueprint.body()
    with alone(settings, NAME) as producer:
        shelf = read_shelf(settings)
        word, again = _word(shelf, blueprint.name, hash_of(body), why)
        if word.hash not in shelf.bodies:
            with transaction(producer):
                producer.send(BLUEPRINTS, word.hash, body)
        partitions = announce(settings, producer, word, BLUEPRINTS, VERSION + b"%08d" % word.version, NOBODY)
    return Spoken(word, partitions, again)


def _word(shelf: BlueprintStore, name: str, hash_: str, why: str) -> tuple[RulesPublished, bool]:
    newest = shelf.newest
    if newest is not None and newest.hash == hash_:
        return newest, True
    return RulesPublished(name=name, version=newest.version + 1 if newest else 1, hash=hash_, why=why), False
