"""Finds the rules in force for each partition of a changelog. The partition records name them."""

from __future__ import annotations

import logging
from collections.abc import Callable

import msgspec

from agents.carrier.record import PartitionRecord
from streams.rules import Rules
from streams.rules.in_force import Rulebook, UnknownRulesError
from streams.state import Partition

log = logging.getLogger(__name__)


class InForce:
    """The rules by which views are made. `record_of(partition)` returns a partition record's bytes, or None.

    If the rules in force cannot be found, it logs an error and keeps the rules it had. A view decides nothing, so this does no harm.
    """

    def __init__(self, rulebook: Rulebook, record_of: Callable[[int], bytes | None]) -> None:
        self._rulebook, self._record_of = rulebook, record_of
        self._rules: dict[int, Rules] = {}
        self._partitions: dict[int, Partition] = {}

    def of(self, number: int) -> Rules:
        """Return the rules of this partition. They are looked up the first time."""
        if number not in self._rules:
            self._rules[number] = self._rulebook.defaults
            self.learn(number, self._record_of(number))
        return self._rules[number]

    def partition(self, number: int) -> Partition:
        """Return what the journeys of this partition share, from the newest record that was read."""
        self.of(number)
        return self._partitions.get(number) or Partition()

    def learn(self, number: int, record: bytes | None) -> None:
        """Store the newest record of the partition and the rules that it names."""
        body = PartitionRecord.decode(record).body if record else b""
        if not body:
            return
        partition = self._partitions[number] = msgspec.msgpack.decode(body, type=Partition)
        try:
            self._rules[number] = self._rulebook.rules_for(partition)
        except UnknownRulesError as error:
            log.error("views of partition %d may show a risk by other rules: %s", number, error)
