"""A mapping as it was declared and found right: its layout, its rules in the order in which they are asked, and its `[evaluation]`.

The evaluation says what the file can show of the risk of leaving: whom to ask, when, and what the truth was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from agents.tools.mapping.rows import Layout
from agents.tools.mapping.values import Seen, Value
from schemas.problems import Place, Problem
from schemas.touchpoints import Touchpoint
from streams.rules.suggest import meant

Condition = Callable[[Seen], bool]
"""When a rule holds: what the cells of a row must be."""


@dataclass(frozen=True)
class Likeness:
    """Touchpoints of a kind, with these values in these fields.

    >>> from streams.story import story
    >>> from schemas.touchpoints import BY_KIND
    >>> offer = Likeness(BY_KIND["message_sent"], {"campaign": "loan_offer"})
    >>> sent = story("0 post message_sent message=m1 campaign=loan_offer") + story("0 post message_sent message=m2")
    >>> [offer.holds(each) for each in sent]
    [True, False]
    """

    kind: type[Touchpoint]
    fields: Mapping[str, object] = field(default_factory=dict)

    def holds(self, touchpoint: Touchpoint) -> bool:
        """Whether this is one of them."""
        return type(touchpoint) is self.kind and all(getattr(touchpoint, name) == value for name, value in self.fields.items())


@dataclass(frozen=True)
class Question:
    """Who met the `anchor` is judged `days` after the first one, unless it has ended by then; leaving is the `outcome`.

    Who was first seen before `split` (ms UTC) is learnt from, the others are what figures are of.
    """

    about: str
    anchor: Likeness
    days: float
    outcome: Likeness
    ends: tuple[type[Touchpoint], ...]
    split: int


@dataclass(frozen=True)
class Horizons:
    """Everyone who is known on a day is judged there; leaving is to do nothing for so many days."""

    cut: int  # ms UTC
    within: tuple[float, ...]  # days


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
