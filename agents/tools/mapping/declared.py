"""A mapping as it was declared and found right: its layout and its rules, in the order in which they are asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from agents.tools.mapping.conditions import Condition
from agents.tools.mapping.question import Horizons, Question
from agents.tools.mapping.rows import Layout
from agents.tools.mapping.values import Value
from schemas.problems import Place, Problem
from schemas.touchpoints import Touchpoint
from streams.rules.suggest import meant


@dataclass(frozen=True)
class Rule:
    """What a row means when this rule is the first to hold: a touchpoint of a kind, or nothing, with the reason."""

    line: int  # of the mapping, from 1
    kind: type[Touchpoint] | None
    holds: Condition
    after: Condition | None = None  # what the row before it in the same thread must be
    first: bool = False  # only the first row of its thread
    leave_out: str = ""  # why such rows are no touchpoints; empty: they are
    fields: Mapping[str, Value] = field(default_factory=dict)  # but for `at`


@dataclass(frozen=True)
class Declared:
    """A whole mapping. `columns`: every column it names, with the line where it does so first."""

    about: str
    layout: Layout
    at: Value
    rules: tuple[Rule, ...]
    thread: Value | None = None  # rows with the same one belong together: a ticket's, an application's
    asked: tuple[str, ...] = ()  # columns that conditions look at: what a row without a rule is described by
    columns: Mapping[str, int] = field(default_factory=dict)
    funnel: tuple[str, ...] = ()  # places or kinds that a rehearsal follows, in this order
    evaluation: Question | Horizons | None = None  # what the file can show of the risk of leaving

    def misnamed(self, columns: Iterable[str]) -> list[Problem[Place]]:
        """The columns that the mapping names and the file does not have; of a JSON document the first step of a path is looked for.

        >>> known = Declared("", Layout(), lambda _: 0, (), columns={"user": 3, "at": 2})
        >>> [str(problem) for problem in known.misnamed(["users", "at"])]
        ["line 3: the file has no column `user`; did you mean 'users'?"]
        """
        there = set(columns)
        absent = [name for name in self.columns if name not in there and name.split(".")[0] not in there]
        return [Problem(Place("", self.columns[name]), f"the file has no column `{name}`", meant(name, there)) for name in absent]
