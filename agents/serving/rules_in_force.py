"""The rules each partition of a changelog is under, as the partition records beside its states say."""

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
    """What views are made by. `record_of(partition)` gives a partition record's bytes, None where there is none.

    A view decides nothing, so it goes on by the rules it knew where those in force cannot be had, and says so.
    """

    def __init__(self, rulebook: Rulebook, record_of: Callable[[int], bytes | None]) -> None:
        self._rulebook, self._record_of = rulebook, record_of
        self._rules: dict[int, Rules] = {}
        self._partitions: dict[int, Partition] = {}

    def of(self, number: int) -> Rules:
        """The rules of this partition; looked up the first time."""
        if number not in self._rules:
            self._rules[number] = self._rulebook.defaults
            self.learn(number, self._record_of(number))
        return self._rules[number]

    def partition(self, number: int) -> Partition:
        """What the journeys of this partition share, as last known."""
        self.of(number)
        return self._partitions.get(number) or Partition()

    def learn(self, number: int, record: bytes | None) -> None:
        """This is the newest record of the partition."""
        body = PartitionRecord.decode(record).body if record else b""
        if not body:
            return
        partition = self._partitions[number] = msgspec.msgpack.decode(body, type=Partition)
        try:
            self._rules[number] = self._rulebook.rules_for(partition)
        except UnknownRulesError as error:
            log.error("views of partition %d may show a risk by other rules: %s", number, error)
