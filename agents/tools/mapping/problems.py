"""The error that refuses a mapping which cannot be used."""

from __future__ import annotations

from collections.abc import Iterable

from schemas.problems import Place, Problem, ProblemsError


class MappingError(ProblemsError[Place]):
    """A mapping cannot be used; `problems` are all of its problems, in the order of their lines."""

    def __init__(self, problems: Iterable[Problem[Place]]) -> None:
        super().__init__(sorted(problems))
