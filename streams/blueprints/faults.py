"""What is wrong with a blueprint: where in it, what, and what may have been meant."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from streams.blueprints.lines import Path


class Fault(NamedTuple):
    """One thing wrong, at a path of the blueprint."""

    path: Path
    what: str
    fix: str = ""


class Problem(NamedTuple):
    """One thing wrong, at a line of a file (0: the whole file)."""

    file: str
    line: int
    what: str
    fix: str = ""

    def __str__(self) -> str:
        """As editors and terminals understand it.

        >>> print(Problem("acme.toml", 7, "no detector is called 'rage_clik'", "did you mean 'rage_click'?"))
        acme.toml:7: no detector is called 'rage_clik'; did you mean 'rage_click'?
        """
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.what}{'; ' if self.fix else ''}{self.fix}"


class BlueprintError(ValueError):
    """A file that is no blueprint; `problems` are all of its errors, in the order of their lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems), key=lambda each: (each.line, each.what)))
        super().__init__("\n".join(map(str, self.problems)))
