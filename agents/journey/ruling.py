"""The rules in force in a worker's partitions: sets them, and refuses a blueprint that this worker cannot find or read."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import NoReturn

from agents.journey.direct_input import Refused
from schemas.control import RulesPublished
from streams.rules import Rules
from streams.rules.in_force import Rulebook, RulesAwayError, UnknownRulesError
from streams.state import Partition

log = logging.getLogger(__name__)


class Ruling:
    """Decides which rules are in force. `noted` is called with a partition and its rules. `fail` ends the worker."""

    def __init__(self, rulebook: Rulebook, fail: Callable[[str], NoReturn], noted: Callable[[Partition, Rules], None]) -> None:
        self._rulebook, self._fail, self._noted = rulebook, fail, noted

    def set_rules(self, shared: Partition) -> Rules:
        """Set and return the rules in force for this partition. If they cannot be found, end the worker: other rules must not decide.

        That can happen at a start only, because `refuse` lets no rules come into force that cannot be found.
        """
        try:
            rules = self._rulebook.rules_for(shared)
        except UnknownRulesError as error:
            self._fail(str(error))
        shared.rules = rules.fingerprint
        self._noted(shared, rules)
        return rules

    def refuse(self, shared: Partition, control: RulesPublished) -> Refused | None:
        """Return why these rules cannot come into force, or None. If nobody can say, end the worker: the next start asks again."""
        try:
            unknown = self._rulebook.refusal(shared, control)
        except RulesAwayError as error:
            self._fail(str(error))
        if unknown is None:
            return None
        log.error("rejected: %s; the rules before it stay in force", unknown)
        return Refused(unknown.reason, str(unknown))
