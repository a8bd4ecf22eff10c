"""Reads one customer's records from the topics: only from the partition of the customer's key, and only committed records."""

from __future__ import annotations

from collections.abc import Iterable

from confluent_kafka import OFFSET_BEGINNING

from agents.carrier.record import FetchedRecord, Unreadable
from agents.kafka.admin import Admin
from agents.kafka.partitioning import partition_of
from agents.kafka.reader import LogReader
from agents.kafka.records import RecordReader
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
    key = customer.encode()
    lying = _touchpoints(settings, places[TOUCHPOINTS], ends[TOUCHPOINTS, places[TOUCHPOINTS]], key)
    touched = [(record, touchpoint(record.value or b"", conventions)) for record in lying]
    links = [found for record in lying if (found := link(record.value or b"")) is not None]
    outputs = [published(value) for name in OUTPUT_TOPICS for value in _values(settings, name, places[name], ends[name, places[name]], key)]
    return chronicle((_told(record, found) for record, found in touched if found is not None), outputs, links)


def known(settings: Settings, customers: Iterable[str]) -> list[str]:
    """Return those of these ids that have entries."""
    return [customer for customer in customers if read_chronicle(settings, customer)]


def _told(record: FetchedRecord, found: Touchpoint) -> Told:
    """Return a touchpoint with the time that the journey took it at. One that came past ingest is set back here, as the journey does."""
    accepted = accept(found, record.timestamp)
    if isinstance(accepted, Read) and accepted.clamped:
        return Told(accepted.touchpoint, accepted.ahead)
    ahead = next((value for name, value in record.headers if name == AHEAD_BY), b"0")
    return Told(found, int(ahead) if ahead.isdigit() else 0)


def _touchpoints(settings: Settings, number: int, end: int, key: bytes) -> list[FetchedRecord]:
    """Return the customer's records with their headers. One that the journey rejects as unreadable is left out."""
    with RecordReader(settings, TOUCHPOINTS, {number: OFFSET_BEGINNING}) as reader:
        own = (record for record in reader.until({number: end}) if record.key == key and record.value is not None)
        return [record for record in own if not isinstance(record, Unreadable)]


def _values(settings: Settings, topic: str, number: int, end: int, key: bytes) -> list[bytes]:
    with LogReader(settings, topic, {number: OFFSET_BEGINNING}) as reader:
        own = (message.value() for message in reader.until({number: end}) if message.key() == key)
        return [value for value in own if isinstance(value, bytes)]
