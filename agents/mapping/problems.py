"""What is wrong with a mapping: every error at once, each with its line and what may have been meant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, order=True)
class Problem:
    """One error: the line it stands on (from 1; 0: the whole file), what is wrong, and what to do about it."""

    line: int
    what: str
    fix: str = ""

    def __str__(self) -> str:
        """The error in words.

        >>> print(Problem(7, "page_viewed has no field `pgae`", "did you mean `page`?"))
        line 7: page_viewed has no field `pgae`; did you mean `page`?
        """
        where = f"line {self.line}: " if self.line else ""
        return f"{where}{self.what}{'; ' if self.fix else ''}{self.fix}"


class MappingError(ValueError):
    """A mapping that cannot be used; `problems` are all of its errors, in the order of their lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


def meant(name: str, known: Iterable[str]) -> str:
    """What a misspelt name may have meant; where nothing is near, what there is.

    >>> meant("page_veiwed", ["page_viewed", "clicked"])
    'did you mean `page_viewed`?'
    >>> meant("?", ["b", "a"])
    'there are: a, b'
    >>> meant("?", map(str, range(99)))
    ''
    """
    names = sorted(known)
    if near := get_close_matches(name, names, 1, 0.6):
        return f"did you mean `{near[0]}`?"
    return f"there are: {', '.join(names)}" if 0 < len(names) <= 24 else ""
