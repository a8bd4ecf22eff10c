"""Decides whether a record was delivered: only if the broker has told us its offset.

A delivery report without an error is not enough. A broker accepts any first request of a producer that it does not know yet on a
partition (KAFKA-15591). If the very first request fails and the second is accepted, librdkafka takes the records of the first for
written. It reports them without an error and without an offset, and they are in no log. A transaction is then committed with a hole.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from confluent_kafka import KafkaError, KafkaException, Message

Delivered: TypeAlias = Callable[[KafkaError | None, Message], None]
"""A callback for one record. It gets the error that prevented delivery, or None; then the message has a partition and an offset."""


class UndeliveredError(KafkaException):
    """Records are not in the log. The text says how many, why, and what to do; `args[0]` is the KafkaError that caused it.

    >>> print(UndeliveredError("2 of 7 records did not arrive", KafkaError(KafkaError._MSG_TIMED_OUT), "is a broker down?"))
    2 of 7 records did not arrive: Local: Message timed out. To fix it: is a broker down?
    """

    def __init__(self, what: str, cause: KafkaError, fix: str) -> None:
        super().__init__(KafkaError(cause.code(), f"{what}: {cause.str()}. To fix it: {fix}"))

    def __str__(self) -> str:
        cause: KafkaError = self.args[0]
        return cause.str()


def undelivered(error: KafkaError | None, message: Message) -> KafkaError | None:
    """Return why the record of a delivery report was not delivered, or None if it is in the log.

    >>> undelivered(None, Message(topic="interactions.v1", offset=0)) is None
    True
    >>> print(undelivered(None, Message(topic="interactions.v1")).str())
    acknowledged without an offset
    """
    if error is not None:
        return error
    offset = message.offset()
    return None if offset is not None and offset >= 0 else KafkaError(KafkaError._NO_OFFSET, "acknowledged without an offset")
