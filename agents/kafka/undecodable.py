"""Passes by records of internal topics that cannot be decoded. Such a record must not end a role: each start would read it again."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable

import msgspec
from confluent_kafka import Message

log = logging.getLogger(__name__)


class Undecodable:
    """Counts by topic what was passed by. Each record is named in the log: topic, partition, offset, and what is wrong."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def take(self, message: Message, take: Callable[[Message], None]) -> None:
        """Call `take` with the message. If it cannot be decoded, count it and log where it lies."""
        try:
            take(message)
        except (msgspec.DecodeError, ValueError) as error:  # a ValidationError is a DecodeError, a UnicodeDecodeError a ValueError
            topic = message.topic() or ""
            self.counts[topic] += 1
            place = f"{topic} partition {message.partition()} offset {message.offset()}"
            why = type(error).__name__ if type(error) is ValueError else error  # a plain one may quote a customer's text
            log.error("%s cannot be read and is passed by: %s", place, why)
