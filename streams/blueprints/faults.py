"""The error for a file that is no blueprint."""

from __future__ import annotations

from collections.abc import Iterable

from schemas.problems import Place, Problem, ProblemsError


class BlueprintError(ProblemsError[Place]):
    """A file is no blueprint. `problems` holds all of its problems, in the order of their lines."""

    def __init__(self, problems: Iterable[Problem[Place]]) -> None:
        super().__init__(sorted(problems))
