"""A parsed and valid mapping: its file layout, its rules in the order in which they are tried, and its `[evaluation]`.

The evaluation says how the file can test the risk of leaving: which customers are judged, when, and what counts as leaving.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from agents.tools.mapping.rows import Layout
from agents.tools.mapping.values import Seen, Value
from schemas.problems import Place, Problem
from schemas.touchpoints import Touchpoint
from streams.rules.suggest import suggestion

Condition = Callable[[Seen], bool]
"""Returns whether a rule holds for this row, by the content of its cells."""


@dataclass(frozen=True)
class Likeness:
    """A pattern that touchpoints can match: a kind, and values of some of its fields.

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
        """Return whether this touchpoint matches."""
        return type(touchpoint) is self.kind and all(getattr(touchpoint, name) == value for name, value in self.fields.items())


@dataclass(frozen=True)
class Question:
    """An evaluation at a moment of each customer's own. The risk is judged `days` after the customer's first `anchor`.

    Customers who have met one of `ends` by then are not judged. The `outcome` is what counts as leaving. Customers first seen before
    `split` (ms UTC) are the training set. The figures are computed over the others.
    """

    about: str
    anchor: Likeness
    days: float
    outcome: Likeness
    ends: tuple[type[Touchpoint], ...]
    split: int


@dataclass(frozen=True)
class Horizons:
    """An evaluation on one day for everybody. Every customer known on that day is judged; leaving means no act for so many days."""

    cut: int  # ms UTC
    within: tuple[float, ...]  # days


@dataclass(frozen=True)
class Rule:
    """What a row means if this rule is the first to hold: a touchpoint of a kind, or no touchpoint, with the reason."""

    line: int  # line of the mapping, from 1
    kind: type[Touchpoint] | None
    holds: Condition
    after: Condition | None = None  # condition for the row before it in the same thread
    first: bool = False  # True: holds only for the first row of a thread
    leave_out: str = ""  # why such rows are no touchpoints; empty: they are touchpoints
    fields: Mapping[str, Value] = field(default_factory=dict)  # all except `at`


@dataclass(frozen=True)
class Declared:
    """A whole mapping. `columns` holds every column that it names, with the line that names it first."""

    about: str
    layout: Layout
    at: Value
    rules: tuple[Rule, ...]
    thread: Value | None = None  # rows with the same value belong together: those of one ticket, of one application
    asked: tuple[str, ...] = ()  # columns that conditions read; the message about a row that no rule fits shows them
    columns: Mapping[str, int] = field(default_factory=dict)
    funnel: tuple[str, ...] = ()  # places or kinds whose order a dry run (rehearsal) follows
    evaluation: Question | Horizons | None = None  # how the file can test the risk of leaving

    def misnamed(self, columns: Iterable[str]) -> list[Problem[Place]]:
        """Return a problem for each column that the mapping names and the file lacks. Of a path into JSON, only the first step counts.

        >>> known = Declared("", Layout(), lambda _: 0, (), columns={"user": 3, "at": 2})
        >>> [str(problem) for problem in known.misnamed(["users", "at"])]
        ["line 3: the file has no column `user`; did you mean 'users'?"]
        """
        there = set(columns)
        absent = [name for name in self.columns if name not in there and name.split(".")[0] not in there]
        return [Problem(Place("", self.columns[name]), f"the file has no column `{name}`", suggestion(name, there)) for name in absent]
