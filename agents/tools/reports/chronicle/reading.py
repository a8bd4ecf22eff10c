"""Reads one customer's records from the topics: only from the partition of the customer's key, and only committed records."""

from __future__ import annotations

from confluent_kafka import OFFSET_BEGINNING
from kafka.partitioner.default import murmur2  # type: ignore[import-untyped]

from agents.kafka.admin import Admin
from agents.kafka.reader import LogReader
from agents.published.blueprints import read_shelf
from agents.settings import Settings
from agents.tools.reports.chronicle.entries import Entry, chronicle
from agents.tools.reports.chronicle.records import OUTPUT_TOPICS, published, touchpoint
from schemas.conventions import NO_CONVENTIONS, Conventions
from schemas.topics import BLUEPRINTS, TOUCHPOINTS


class MissingTopicsError(RuntimeError):
    """Topics are missing. The message names them."""


def read_chronicle(settings: Settings, customer: str) -> list[Entry]:
    """Return all entries of this customer, in order; an empty list if the customer is unknown. Raises MissingTopicsError."""
    names = (TOUCHPOINTS, *OUTPUT_TOPICS)
    with Admin(settings) as admin:
        counts = admin.partitions((*names, BLUEPRINTS))
        if missing := [name for name in names if name not in counts]:
            raise MissingTopicsError(", ".join(missing))
        places = {name: partition_of(customer.encode(), count) for name, count in counts.items() if name in names}
        ends = admin.ends(places.items())
    values = {name: _read_values(settings, name, number, ends[name, number], customer.encode()) for name, number in places.items()}
    conventions = _conventions(settings) if BLUEPRINTS in counts else NO_CONVENTIONS
    touched = (found for value in values[TOUCHPOINTS] if (found := touchpoint(value, conventions)) is not None)
    return chronicle(touched, (published(value) for name in OUTPUT_TOPICS for value in values[name]))


def _conventions(settings: Settings) -> Conventions:
    """Return those of the blueprint that was published last. If it cannot be read, the built-in rules still hide."""
    shelf = read_shelf(settings)
    try:
        return shelf.blueprint(shelf.newest.version).conventions if shelf.newest else NO_CONVENTIONS
    except (LookupError, ValueError):
        return NO_CONVENTIONS


def partition_of(key: bytes, partitions: int) -> int:
    """Return the partition in which Kafka's own clients put this key, if there are `partitions` of them.

    >>> partition_of(b"household-1029", 1)
    0
    """
    return int((murmur2(key) & 0x7FFFFFFF) % partitions)


def _read_values(settings: Settings, topic: str, number: int, end: int, key: bytes) -> list[bytes]:
    with LogReader(settings, topic, {number: OFFSET_BEGINNING}) as reader:
        messages = reader.until({number: end})
        return [value for message in messages if message.key() == key and isinstance(value := message.value(), bytes)]
