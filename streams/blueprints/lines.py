"""The line of each key and each element in a TOML text. The standard reader does not return it."""

from __future__ import annotations

import re

Path = tuple[str | int, ...]  # keys; numbers (from 0) count elements of arrays, and tables in arrays of tables

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY = re.compile(r"""[ \t]*("(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)[ \t]*""")
_TEXT = re.compile(r'''"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\]|\\.)*"|'[^']*\'''', re.DOTALL)
_BARE = re.compile(r"[^,\]}\n#]+")


class Lines:
    """The line (from 1) of every path in a text that is valid TOML.

    >>> lines = Lines('name = "acme"\\n[[offers]]\\nname = "gift"\\nchannels = [\\n  "app",\\n  "email",\\n]\\n[offers.more]\\nb = {c = 1}')
    >>> lines.line_of("name"), lines.line_of("offers", 0), lines.line_of("offers", 0, "channels", 1)
    (1, 2, 6)
    >>> lines.line_of("offers", 0, "more", "b", "c")
    9
    """

    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0
        self._lines: dict[Path, int] = {}
        self._tables: dict[Path, int] = {}  # array of tables -> number of the latest table
        self._read()

    def line_of(self, *path: str | int) -> int:
        """Return the line of this path, else that of the nearest table around it; 0 for the whole text."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 0)

    def _read(self) -> None:
        table: Path = ()
        while self._skip(_BLANK) is not None and self._at < len(self._text):
            if self._text.startswith("[", self._at):
                table = self._header()
            else:
                self._pair(table)

    def _header(self) -> Path:
        array = self._text.startswith("[[", self._at)
        began = self._at
        self._at += 1 + array
        path = self._within(self._keys())
        self._at += 1 + array
        if array:
            number = self._tables[path] = self._tables.get(path, -1) + 1
            path = (*path, number)
        self._note(path, began)
        return path

    def _within(self, keys: Path) -> Path:
        """Return the path of a header. A name of an array of tables means the latest table of it, unless it is the last name."""
        path: Path = ()
        for place, key in enumerate(keys, 1):
            path = (*path, key)
            if place < len(keys) and path in self._tables:
                path = (*path, self._tables[path])
        return path

    def _pair(self, table: Path) -> None:
        began = self._at
        path = (*table, *self._keys())
        self._at += 1  # the equals sign
        self._note(path, began)
        self._value(path)

    def _keys(self) -> Path:
        keys = [self._key()]
        while self._text.startswith(".", self._at):
            self._at += 1
            keys.append(self._key())
        return tuple(keys)

    def _key(self) -> str:
        found = self._skip(_KEY) or ""
        return found.strip().strip("\"'")

    def _value(self, path: Path) -> None:
        self._skip(_BLANK)
        opens = self._text[self._at : self._at + 1]
        if opens == "[":
            self._array(path)
        elif opens == "{":
            self._inline(path)
        elif self._skip(_TEXT) is None:
            self._skip(_BARE)

    def _array(self, path: Path) -> None:
        self._at += 1
        number = 0
        while self._more("]"):
            self._note((*path, number), self._at)
            self._value((*path, number))
            number += 1

    def _inline(self, path: Path) -> None:
        self._at += 1
        while self._more("}"):
            self._pair(path)

    def _more(self, end: str) -> bool:
        """Return whether another element follows. Skip what is before it, and the end."""
        self._skip(_BLANK)
        if self._text.startswith(",", self._at):
            self._at += 1
            self._skip(_BLANK)
        if self._at >= len(self._text) or self._text.startswith(end, self._at):
            self._at += 1
            return False
        return True

    def _note(self, path: Path, at: int) -> None:
        line = self._text.count("\n", 0, at) + 1
        for end in range(1, len(path) + 1):  # a table without a header has the line of its first child
            self._lines.setdefault(path[:end], line)

    def _skip(self, pattern: re.Pattern[str]) -> str | None:
        found = pattern.match(self._text, self._at)
        if found is None:
            return None
        self._at = found.end()
        return found[0]
