"""The rules in force in a partition of the log: its published blueprint, or the defaults if there is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from schemas.control import RulesPublished
from streams.rules.blueprint import Blueprint
from streams.rules.compiled import Rules
from streams.state import RULES, Partition

BodyOf = Callable[[str], Blueprint | None]  # hash -> the blueprint published under it; None: it cannot be found


class UnknownRulesError(LookupError):
    """Nobody has the body of these rules. The message names the rules."""

    reason: Literal["unknown_rules", "unreadable_rules"] = "unknown_rules"


class UnreadableRulesError(UnknownRulesError):
    """The body of these rules means nothing to this program."""

    reason = "unreadable_rules"


class RulesAwayError(UnknownRulesError):
    """Where bodies lie cannot be read now. So nobody can say whether there is a body."""


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

    def refusal(self, partition: Partition, control: RulesPublished) -> UnknownRulesError | None:
        """Return why these rules cannot come into force in this partition, or None. The rules in force then stay.

        Bodies are only added. So a replay that finds the body of a record later than the worker did has more bodies, and none fewer.
        Raises RulesAwayError if nobody can say.

        >>> published = RulesPublished(name="eager", version=2, hash="ab")
        >>> Rulebook(Rules(), {"ab": Blueprint()}.get).refusal(Partition(), published)
        >>> Rulebook(Rules()).refusal(Partition(), published).reason
        'unknown_rules'
        """
        if control.version <= partition.versions.get(RULES, 0):
            return None
        try:
            self._compiled_rules(control.hash, control.name, control.version)
        except RulesAwayError:
            raise
        except UnknownRulesError as error:
            return error
        return None

    def rules_for(self, partition: Partition) -> Rules:
        """Return the rules of this partition, with its models. Raises UnknownRulesError."""
        rules, models = self._rules(partition), partition.models
        return rules if rules.models == models else rules.with_models(models)

    def _rules(self, partition: Partition) -> Rules:
        if not partition.versions.get(RULES):
            return self.defaults
        return self._compiled_rules(partition.rules, partition.blueprint, partition.versions[RULES])

    def _compiled_rules(self, hash_: str, name: str, version: int) -> Rules:
        if (rules := self._compiled.get(hash_)) is None:
            rules = self._compiled[hash_] = self._compile(hash_, f"the blueprint {name!r}, version {version} (hash {hash_}),")
        return rules

    def _compile(self, hash_: str, published: str) -> Rules:
        try:
            blueprint = self._body_of(hash_)
            if blueprint is not None:
                return self.defaults.with_blueprint(blueprint, hash_)
        except UnknownRulesError:
            raise
        except Exception as error:  # the body of another version may fail in any way
            raise UnreadableRulesError(f"{published} means nothing to this program: {error}") from error
        raise UnknownRulesError(f"{published} was published, and its body is nowhere: publish that file again")
