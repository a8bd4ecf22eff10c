"""Reads one customer's records from the topics: only from the partition of the customer's key, and only committed records."""

from __future__ import annotations

from collections.abc import Iterable

from confluent_kafka import OFFSET_BEGINNING, Message

from agents.kafka.admin import Admin
from agents.kafka.partitioning import partition_of
from agents.kafka.reader import LogReader, headers_of
from agents.published.conventions import newest_conventions
from agents.running.runs import AHEAD_BY
from agents.settings import Settings
from agents.tools.reports.chronicle.entries import Entry, Told, chronicle
from agents.tools.reports.chronicle.records import OUTPUT_TOPICS, link, published, touchpoint
from schemas.inputs import accept
from schemas.reading import Read
from schemas.topics import TOUCHPOINTS
from schemas.touchpoints.base import Touchpoint


class MissingTopicsError(RuntimeError):
    """Topics are missing. The message names them."""


def read_chronicle(settings: Settings, customer: str) -> list[Entry]:
    """Return all entries of this customer, in order; an empty list if the customer is unknown. Raises MissingTopicsError."""
    names = (TOUCHPOINTS, *OUTPUT_TOPICS)
    with Admin(settings) as admin:
        counts = admin.partitions(names)
        if missing := [name for name in names if name not in counts]:
            raise MissingTopicsError(", ".join(missing))
        places = {name: partition_of(customer.encode(), count) for name, count in counts.items()}
        ends = admin.ends(places.items())
    conventions = newest_conventions(settings)
    read = {name: _read(settings, name, number, ends[name, number], customer.encode()) for name, number in places.items()}
    touched = [(message, touchpoint(_value(message), conventions)) for message in read[TOUCHPOINTS]]
    links = [found for message in read[TOUCHPOINTS] if (found := link(_value(message))) is not None]
    outputs = [published(_value(message)) for name in OUTPUT_TOPICS for message in read[name]]
    return chronicle((_told(message, found) for message, found in touched if found is not None), outputs, links)


def known(settings: Settings, customers: Iterable[str]) -> list[str]:
    """Return those of these ids that have entries."""
    return [customer for customer in customers if read_chronicle(settings, customer)]


def _told(message: Message, found: Touchpoint) -> Told:
    """Return a touchpoint with the time that the journey took it at. One that came past ingest is set back here, as the journey does."""
    accepted = accept(found, message.timestamp()[1])
    if isinstance(accepted, Read) and accepted.clamped:
        return Told(accepted.touchpoint, accepted.ahead)
    ahead = next((value for name, value in headers_of(message) if name == AHEAD_BY), b"0")
    return Told(found, int(ahead) if ahead.isdigit() else 0)


def _read(settings: Settings, topic: str, number: int, end: int, key: bytes) -> list[Message]:
    with LogReader(settings, topic, {number: OFFSET_BEGINNING}) as reader:
        return [message for message in reader.until({number: end}) if message.key() == key and isinstance(message.value(), bytes)]


def _value(message: Message) -> bytes:
    value = message.value()
    return value if isinstance(value, bytes) else b""
