"""The rules in force in a partition of the log: its published blueprint, or the defaults if there is none."""

from __future__ import annotations

from collections.abc import Callable

from streams.rules.blueprint import Blueprint
from streams.rules.compiled import Rules
from streams.state import RULES, Partition

BodyOf = Callable[[str], Blueprint | None]  # hash -> the blueprint published under it; None: it cannot be found


class UnknownRulesError(LookupError):
    """The rules in force cannot be read. No later record may be applied. The message names the rules."""


def nothing_published(_hash: str) -> Blueprint | None:
    """Return None: no blueprint is known."""
    return None


class Rulebook:
    """Compiled rules, by the hash of their blueprint. `defaults` are in force until a blueprint is published.

    >>> partition = Partition()
    >>> book = Rulebook(Rules(), {"ab": Blueprint(holdout=0.2)}.get)
    >>> book.rules_for(partition).blueprint.holdout
    0.1
    >>> partition.rules, partition.versions = "ab", {RULES: 1}
    >>> book.rules_for(partition).blueprint.holdout, book.rules_for(partition).fingerprint
    (0.2, 'ab')
    """

    def __init__(self, defaults: Rules, body_of: BodyOf = nothing_published) -> None:
        self.defaults, self._body_of = defaults, body_of
        self._compiled: dict[str, Rules] = {}

    def rules_for(self, partition: Partition) -> Rules:
        """Return the rules of this partition, with its models. Raises UnknownRulesError."""
        rules, models = self._rules(partition), partition.models
        return rules if rules.models == models else rules.with_models(models)

    def _rules(self, partition: Partition) -> Rules:
        if not partition.versions.get(RULES):
            return self.defaults
        if (rules := self._compiled.get(partition.rules)) is None:
            rules = self._compiled[partition.rules] = self._compile(partition)
        return rules

    def _compile(self, partition: Partition) -> Rules:
        published = f"the blueprint {partition.blueprint!r}, version {partition.versions[RULES]} (hash {partition.rules}),"
        try:
            blueprint = self._body_of(partition.rules)
            if blueprint is not None:
                return self.defaults.with_blueprint(blueprint, partition.rules)
        except ValueError as error:
            raise UnknownRulesError(f"{published} means nothing to this program: {error}") from error
        raise UnknownRulesError(f"{published} was published, and its body is nowhere: publish that file again")
