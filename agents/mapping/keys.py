"""On which line of a TOML text each key stands; the standard reader does not tell."""

from __future__ import annotations

import re
from collections.abc import Iterator

Path = tuple[str | int, ...]

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?\Z")
_KEY = re.compile(r"""\s*((?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+))*)\s*=""")
_PART = re.compile(r""""([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+)""")


class Keys:
    """The keys of a TOML text. Arrays of tables are counted from 0, as in `("touchpoint", 2, "kind")`.

    >>> keys = Keys('about = "a shop"\\n[[touchpoint]]\\nkind = "clicked"\\n[[touchpoint]]\\nwhen = {event = "cart"}')
    >>> keys.line("about"), keys.line("touchpoint", 1, "when"), keys.line("touchpoint", 1, "when", "event"), keys.line("touchpoint", 0)
    (1, 5, 5, 2)
    """

    def __init__(self, text: str) -> None:
        self._lines: dict[Path, int] = {}
        self._counts: dict[str, int] = {}
        for path, number in self._found(text):
            self._lines.setdefault(path, number)

    def line(self, *path: str | int) -> int:
        """The line (from 1) of this key, else of the nearest table around it; 0 where none is known."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 0)

    def _found(self, text: str) -> Iterator[tuple[Path, int]]:
        table: Path = ()
        for number, line in enumerate(text.splitlines(), 1):
            if header := _HEADER.match(line):
                table = self._table(header[1] == "[[", header[2])
                yield table, number
            elif key := _KEY.match(line):
                path = table + tuple(_parts(key[1]))
                yield path, number

    def _table(self, many: bool, name: str) -> Path:
        parts = _parts(name)
        if many:
            number = self._counts[name] = self._counts.get(name, -1) + 1
            return (*parts, number)
        if parts[0] in self._counts:  # a table inside the latest of an array
            return (parts[0], self._counts[parts[0]], *parts[1:])
        return tuple(parts)


def _parts(dotted: str) -> list[str]:
    return ["".join(found) for found in _PART.findall(dotted)]
