"""Which rules a partition of the log is under: what was published in it, by hash, or the defaults where nothing ever was."""

from __future__ import annotations

from collections.abc import Callable

from streams.rules.blueprint import Blueprint
from streams.rules.compiled import Rules
from streams.state import RULES, Partition

BodyOf = Callable[[str], Blueprint | None]  # hash -> the blueprint published under it; None: there is no such body


class UnknownRulesError(LookupError):
    """The rules in force cannot be had: nothing behind their publication may be applied. The message names them."""


def nothing_published(_hash: str) -> Blueprint | None:
    """No body is known."""
    return None


class Rulebook:
    """Rules by the hash they were published under, compiled once; `defaults` are in force until something is published.

    >>> partition = Partition()
    >>> book = Rulebook(Rules(), {"ab": Blueprint(holdout=0.2)}.get)
    >>> book.in_force(partition).blueprint.holdout
    0.1
    >>> partition.rules, partition.versions = "ab", {RULES: 1}
    >>> book.in_force(partition).blueprint.holdout, book.in_force(partition).fingerprint
    (0.2, 'ab')
    """

    def __init__(self, defaults: Rules, body_of: BodyOf = nothing_published) -> None:
        self.defaults, self._body_of = defaults, body_of
        self._compiled: dict[str, Rules] = {}

    def in_force(self, partition: Partition) -> Rules:
        """What this partition is judged by, its models among it. Raises UnknownRulesError."""
        rules, models = self._rules(partition), partition.models
        return rules if rules.models == models else rules.judging_by(models)

    def _rules(self, partition: Partition) -> Rules:
        if not partition.versions.get(RULES):
            return self.defaults
        if (rules := self._compiled.get(partition.rules)) is None:
            rules = self._compiled[partition.rules] = self._looked_up(partition)
        return rules

    def _looked_up(self, partition: Partition) -> Rules:
        published = f"the blueprint {partition.blueprint!r}, version {partition.versions[RULES]} (hash {partition.rules}),"
        try:
            blueprint = self._body_of(partition.rules)
            if blueprint is not None:
                return self.defaults.under(blueprint, partition.rules)
        except ValueError as error:
            raise UnknownRulesError(f"{published} means nothing to this program: {error}") from error
        raise UnknownRulesError(f"{published} was published, and its body is nowhere: publish that file again")
