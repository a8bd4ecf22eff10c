"""What is wrong with a mapping: every error at once, each with its line and what may have been meant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One error: the line it stands on (from 1; 0: the whole file), what is wrong, and what to do about it."""

    line: int
    what: str
    fix: str = ""

    def __str__(self) -> str:
        """The error in words.

        >>> print(Problem(7, "page_viewed has no field `pgae`", "did you mean 'page'?"))
        line 7: page_viewed has no field `pgae`; did you mean 'page'?
        """
        where = f"line {self.line}: " if self.line else ""
        return f"{where}{self.what}{'; ' if self.fix else ''}{self.fix}"


class MappingError(ValueError):
    """A mapping that cannot be used; `problems` are all of its errors, in the order of their lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))
