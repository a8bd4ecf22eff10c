"""One shape for everything that is wrong with what a person wrote: a blueprint, a mapping, a setting.

A reader collects every problem before it refuses, so that one correction suffices.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, NamedTuple, TypeVar

Where_co = TypeVar("Where_co", covariant=True)


class Place(NamedTuple):
    """A line of a file. Lines count from 1; line 0 is the whole file. The file's name is empty where only one file can be meant.

    >>> str(Place("acme.toml", 7)), str(Place("acme.toml", 0)), str(Place("", 7)), str(Place("", 0))
    ('acme.toml:7', 'acme.toml', 'line 7', '')
    """

    file: str
    line: int

    def __str__(self) -> str:
        """The place as editors and terminals understand it."""
        if not self.file:
            return f"line {self.line}" if self.line else ""
        return f"{self.file}:{self.line}" if self.line else self.file


class Problem(NamedTuple, Generic[Where_co]):
    """One thing wrong: where it stands, what is wrong, and how to mend it. `fix` may be empty.

    `where` is a `Place` in a file, a path of keys in a document, or a variable of the environment.

    >>> print(Problem(Place("acme.toml", 7), "no detector is called 'rage_clik'", "did you mean 'rage_click'?"))
    acme.toml:7: no detector is called 'rage_clik'; did you mean 'rage_click'?
    """

    where: Where_co
    what: str
    fix: str = ""

    def __str__(self) -> str:
        """The problem in one line."""
        where = f"{self.where}: " if str(self.where) else ""
        return f"{where}{self.what}{'; ' if self.fix else ''}{self.fix}"


class ProblemsError(ValueError, Generic[Where_co]):
    """Something cannot be used. `problems` are all of its problems, each once, in the order in which they were given."""

    def __init__(self, problems: Iterable[Problem[Where_co]]) -> None:
        self.problems = tuple(dict.fromkeys(problems))
        super().__init__("\n".join(map(str, self.problems)))
