"""What the parts of a mapping are read with: where each key stands, which columns were named, and every problem so far."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from agents.tools.mapping.values import FILE, HOLE, LINE
from schemas.problems import Place, Problem, ProblemsError
from streams.blueprints.lines import Lines, Path
from streams.rules.suggest import suggestion


class MappingError(ProblemsError[Place]):
    """A mapping cannot be used; `problems` are all of its problems, in the order of their lines."""

    def __init__(self, problems: Iterable[Problem[Place]]) -> None:
        super().__init__(sorted(problems))


class Desk:
    """One reading of one mapping. Nothing raises before the end, so that every problem is told at once."""

    def __init__(self, text: str) -> None:
        self.lines = Lines(text)
        self.columns: dict[str, int] = {}
        self._problems: list[Problem[Place]] = []

    def wrong(self, path: Path, what: str, fix: str = "") -> None:
        """Something is wrong at this key."""
        self._problems.append(Problem(Place("", self.lines.line_of(*path)), what, fix))

    def end(self) -> None:
        """Raise everything that was wrong, if anything was."""
        if self._problems:
            raise MappingError(self._problems)

    def named(self, path: Path, *columns: str) -> None:
        """These columns are named at this key."""
        for name in columns:
            if name not in (LINE, FILE):
                self.columns.setdefault(name, self.lines.line_of(*path))

    def named_in(self, path: Path, template: str) -> None:
        """The columns of this text are named at this key."""
        self.named(path, *HOLE.findall(template.replace("{{", "").replace("}}", "")))

    def known(self, path: Path, table: dict[str, Any], allowed: Collection[str], where: str) -> None:
        """Every key of the table is one of these."""
        for key in table:
            if key not in allowed:
                self.wrong((*path, key), f"{where} has no `{key}`", suggestion(key, allowed))

    def table(self, path: Path, found: object) -> dict[str, Any]:
        """A table, or an empty one where something else stands there."""
        if isinstance(found, dict):
            return found
        self.wrong(path, f"`{path[-1]}` should be a table", "write { name = value }")
        return {}

    def texts(self, path: Path, found: object) -> list[str]:
        """A list of texts; a single text is a list of one."""
        words = found if isinstance(found, list) else [found]
        if all(isinstance(word, str) for word in words):
            return list(words)
        self.wrong(path, f"`{path[-1]}` should be a text or a list of texts")
        return []

    def text(self, path: Path, table: dict[str, Any], key: str, otherwise: str = "") -> str:
        """A text of a table."""
        found = table.get(key, otherwise)
        if isinstance(found, str):
            return found
        self.wrong((*path, key), f"`{key}` should be a text")
        return otherwise

    def choice(self, path: Path, table: dict[str, Any], key: str, choices: Iterable[str]) -> str:
        """One of the choices; the first where nothing is said."""
        names = tuple(choices)
        found = self.text(path, table, key, names[0])
        if found not in names:
            self.wrong((*path, key), f"`{key}` cannot be {found!r}", suggestion(found, names))
            return names[0]
        return found
