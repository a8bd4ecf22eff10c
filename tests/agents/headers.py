"""Headers of records that the tests sent themselves. confluent-kafka crashes on those of strangers, so no code of the product asks it."""

from __future__ import annotations

from confluent_kafka import Message


def headers_of(message: Message) -> list[tuple[str, bytes]]:
    """Return the headers of a record: names and values."""
    return [(str(each[0]), each[1] if isinstance(each[1], bytes) else b"") for each in message.headers() or ()]
