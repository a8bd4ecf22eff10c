"""The state of parsing one mapping (`Desk`): the line of each key, the columns named, and all problems so far."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from agents.tools.mapping.numbers import GROUPS, KEYS, PLAIN, Style
from agents.tools.mapping.values import FILE, HOLE, LINE
from schemas.problems import Place, Problem, ProblemsError
from streams.blueprints.lines import Lines, Path
from streams.rules.suggest import suggestion


class MappingError(ProblemsError[Place]):
    """A mapping cannot be used. `problems` holds all of its problems, ordered by line."""

    def __init__(self, problems: Iterable[Problem[Place]]) -> None:
        super().__init__(sorted(problems))


class Desk:
    """The state of parsing one mapping. No method but `end` raises, so that all problems are reported at once."""

    def __init__(self, text: str) -> None:
        self.lines = Lines(text)
        self.columns: dict[str, int] = {}
        self.style = PLAIN  # how numbers are written in the file
        self._problems: list[Problem[Place]] = []

    def wrong(self, path: Path, what: str, fix: str = "") -> None:
        """Add a problem at this key: what is wrong, and how to fix it."""
        self._problems.append(Problem(Place("", self.lines.line_of(*path)), what, fix))

    def end(self) -> None:
        """Raise MappingError with all problems, if there are any."""
        if self._problems:
            raise MappingError(self._problems)

    def named(self, path: Path, *columns: str) -> None:
        """Note that the mapping names these columns at this key. `@line` and `@file` are no columns."""
        for name in columns:
            if name not in (LINE, FILE):
                self.columns.setdefault(name, self.lines.line_of(*path))

    def named_in(self, path: Path, template: str) -> None:
        """Note the columns that this text names at this key, as `id` in `/products/{id}`."""
        self.named(path, *HOLE.findall(template.replace("{{", "").replace("}}", "")))

    def known(self, path: Path, table: dict[str, Any], allowed: Collection[str], where: str) -> None:
        """Check the keys of a table. Add a problem for each key that is not allowed. `where` names the table in the message."""
        for key in table:
            if key not in allowed:
                self.wrong((*path, key), f"{where} has no `{key}`", suggestion(key, allowed))

    def table(self, path: Path, found: object) -> dict[str, Any]:
        """Return `found` if it is a table. If not, add a problem and return an empty table."""
        if isinstance(found, dict):
            return found
        self.wrong(path, f"`{path[-1]}` should be a table", "write { name = value }")
        return {}

    def texts(self, path: Path, found: object) -> list[str]:
        """Return a list of texts; a single text becomes a list of one. If it is neither, add a problem and return an empty list."""
        words = found if isinstance(found, list) else [found]
        if all(isinstance(word, str) for word in words):
            return list(words)
        self.wrong(path, f"`{path[-1]}` should be a text or a list of texts")
        return []

    def text(self, path: Path, table: dict[str, Any], key: str, otherwise: str = "") -> str:
        """Return the text at `key`, or `otherwise` if the key is absent. If it is no text, add a problem and return `otherwise`."""
        found = table.get(key, otherwise)
        if isinstance(found, str):
            return found
        self.wrong((*path, key), f"`{key}` should be a text")
        return otherwise

    def choice(self, path: Path, table: dict[str, Any], key: str, choices: Iterable[str]) -> str:
        """Return the choice at `key`; the first choice if the key is absent. If it is none of them, add a problem and return the first."""
        names = tuple(choices)
        found = self.text(path, table, key, names[0])
        if found not in names:
            self.wrong((*path, key), f"`{key}` cannot be {found!r}", suggestion(found, names))
            return names[0]
        return found

    def style_in(self, path: Path, table: dict[str, Any]) -> Style:
        """Return how the numbers are written of which this table speaks; as in the whole file where it says nothing."""
        usual = self.style if "decimal" not in table else self.style._replace(thousands="")
        style = Style(*(self.text(path, table, key, kept) for key, kept in zip(KEYS, usual, strict=True)))
        if style.decimal not in (".", ","):
            self.wrong((*path, "decimal"), f"`decimal` cannot be {style.decimal!r}", 'it stands before the decimals: "," or "."')
        elif style.thousands and style.thousands not in GROUPS:
            self.wrong(
                (*path, "thousands"), f"`thousands` cannot be {style.thousands!r}", "one of . , ' or a blank stands between thousands"
            )
        elif style.thousands == style.decimal:
            self.wrong(
                (*path, "thousands"), f"`decimal` and `thousands` are both {style.decimal!r}", 'as decimal = "," with thousands = "."'
            )
        else:
            return style
        return PLAIN
