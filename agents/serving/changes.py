"""Turns records of the changelog into changes of the read model. Only the newest record of each customer is decoded."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

import msgspec
from confluent_kafka import Message

from agents.carrier import journey_key
from agents.carrier.record import PARTITION_KEY
from agents.kafka.undecodable import Undecodable
from agents.serving.layouts import Layouts
from agents.serving.redis import Change
from agents.serving.rules_in_force import InForce
from agents.serving.view import view

_encode = msgspec.json.Encoder().encode


class Changes:
    """Makes the views by the rules in force. A record that cannot be read is passed by and counted by `undecodable`."""

    def __init__(self, in_force: InForce, layouts: Layouts, undecodable: Undecodable) -> None:
        self._in_force, self._layouts, self._undecodable = in_force, layouts, undecodable

    def of(self, messages: Iterable[Message], log: str) -> dict[str, Change]:
        """Return the newest change of each customer in this batch; only that one is decoded. Updates the rules in force.

        `log` is the id of the changelog; it becomes a part of each view.
        """
        newest: dict[bytes, Message] = {}
        records: dict[int, Message] = {}
        for message in messages:
            stored = _bytes(message.key())
            if (key := journey_key(stored)) is not None:
                newest[key] = message
            elif stored == PARTITION_KEY:
                records[message.partition() or 0] = message
        for message in records.values():
            self._undecodable.take(message, self._learn)
        changes: dict[str, Change] = {}
        for key, message in newest.items():
            self._undecodable.take(message, partial(self._change, changes, key, log))
        return changes

    def _learn(self, message: Message) -> None:
        self._in_force.learn(message.partition() or 0, _bytes(message.value()))

    def _change(self, changes: dict[str, Change], key: bytes, log: str, message: Message) -> None:
        """Add the customer's change. Raises ValueError, or msgspec.DecodeError, if the key or the state cannot be read."""
        number, offset, value, customer = message.partition() or 0, message.offset() or 0, message.value(), key.decode()
        if value is None:
            changes[customer] = Change(offset, None)
            return
        journey = self._layouts.decode(number, _bytes(value))
        worth = self._in_force.partition(number).worth
        changes[customer] = Change(offset, _encode(view(customer, journey, self._in_force.of(number), offset, worth, log)))


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else b""
