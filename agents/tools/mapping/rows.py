"""Reads the rows of a file: CSV or JSON lines. Each row keeps its line number and its bytes as they are in the file.

The possible outcomes of a row are declared here too: understood, left out or refused.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from agents.tools.mapping.opening import KEPT, MAX_LINE, TOO_LONG, LongLine, UnreadableFileError
from agents.tools.mapping.recognising import ask_delimiter, foreign_text, other_delimiter, stripped
from schemas.reading import Reason
from schemas.touchpoints import Touchpoint

FORMATS = ("csv", "jsonl")
ORDERS = ("time", "as_is")
_BOM = b"\xef\xbb\xbf"
LAID_OUT = "a mapping's [file] says how its file is laid out; for a file without a header, `columns` names them"
_SEPARATOR = re.compile(rb'(\xef\xbb\xbf)?"?sep=."?')  # Excel's own first line, which names the delimiter and no column


class Refused(NamedTuple):
    """A row that was not understood: one of the input check's reasons, and a message that may quote the row's content."""

    reason: Reason
    words: str


class Understood(NamedTuple):
    """A row that is a touchpoint. `ahead`: its time lies in the future, and the input check (front door) sets it back.

    `unread` holds its amounts that are there and could not be read. The touchpoint goes on without them.
    """

    touchpoint: Touchpoint
    ahead: bool
    unread: tuple[Refused, ...] = ()


class LeftOut(NamedTuple):
    """A row that is no touchpoint, as the mapping declares; and the mapping's reason."""

    why: str


Outcome = Understood | LeftOut | Refused
"""The outcome of a row. Every row has one of these three, so none is lost."""


class Row(NamedTuple):
    """One row: its cells by column. A row that cannot be read has no cells, and `trouble` says why."""

    number: int  # line of the file on which it begins, from 1
    text: bytes  # as it is in the file, without the line end
    cells: dict[str, Any]
    trouble: Refused | None = None


@dataclass(frozen=True)
class Layout:
    """The layout of a file, as `[file]` in the mapping declares it."""

    format: str = "csv"
    delimiter: str = ","
    columns: tuple[str, ...] = ()  # names of the columns; only for a file without a header
    empty: frozenset[str] = frozenset({""})  # texts that count as an empty cell
    encoding: str = ""  # Python's name of it; empty: UTF-8. Rows are in UTF-8 in any case
    order: str = "time"  # "time": rows are sorted by time; "as_is": they are in order already and pass as they are read


class Rows:
    """The rows in these lines, without empty lines. `columns` is set once the first row has been read.

    >>> [row.cells for row in Rows([b"a,b\\n", b"1,2\\n"], Layout())]
    [{'a': '1', 'b': '2'}]
    >>> [(row.number, row.trouble) for row in Rows([b'{"a": 1}\\n', b"[1]\\n"], Layout("jsonl"))]
    [(1, None), (2, Refused(reason='wrong_type', words='the line is no JSON object'))]
    """

    def __init__(self, lines: Iterable[bytes], layout: Layout) -> None:
        self._lines, self._layout = lines, layout
        self.columns = layout.columns
        self.header = ""  # the line that names the columns, as it is in the file

    def __iter__(self) -> Iterator[Row]:
        return self._iter_csv() if self._layout.format == "csv" else self._iter_json()

    def again(self, number: int, text: bytes) -> Row:
        """Parse these bytes of a row a second time, and return the row. Sorting keeps bytes: they need far less memory than cells."""
        if self._layout.format != "csv":
            return _parse_json(number, text, self._layout.encoding)
        found = next(csv.reader([text.decode(errors="surrogateescape")], delimiter=self._layout.delimiter, strict=True))
        return _build_record(number, text, self.columns, found, self._layout)

    def _iter_json(self) -> Iterator[Row]:
        for number, line in enumerate(self._lines, 1):
            text = line.removeprefix(_BOM).strip() if number == 1 else line.strip()
            if isinstance(line, LongLine):
                yield Row(number, line, {}, Refused("too_large", TOO_LONG))
            elif text:
                yield _parse_json(number, text, self._layout.encoding)

    def _iter_csv(self) -> Iterator[Row]:
        taken: list[bytes] = []
        reader = csv.reader(_Decoded(self._lines, taken), delimiter=self._layout.delimiter, strict=True)
        number = 1
        while (found := _next(reader)) is not None:
            text, begins, number = b"".join(taken).rstrip(b"\r\n"), number, number + len(taken)
            taken.clear()
            if self.columns and found:
                yield _build_record(begins, text, self.columns, found, self._layout)
            elif not self.columns and not _SEPARATOR.fullmatch(text):
                header = text.removeprefix(_BOM)
                self.header = header.decode(errors="replace")
                self.columns = _check_header(found, header, self._layout)
        if not self.columns:
            raise UnreadableFileError("the file is empty: its first line should name the columns", LAID_OUT)

    def check_delimiter(self, known: Iterable[str]) -> None:
        """Raise UnreadableFileError if another delimiter finds more of these columns in the header. Call this if one is missing."""
        if sign := other_delimiter(self.header, self._layout.delimiter, frozenset(known)):
            count = len(self.columns)
            raise UnreadableFileError(f"the header is {'one column' if count == 1 else f'{count} columns'}; {ask_delimiter(sign)}")


def _parse_json(number: int, text: bytes, encoding: str) -> Row:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        if words := foreign_text(text, encoding):
            return Row(number, text, {}, Refused("not_utf8", f"the line is {words}"))
        return Row(number, text, {}, Refused("unreadable_json", f"the line is no JSON: {error}"))
    if isinstance(found, dict):
        return Row(number, text, found)
    return Row(number, text, {}, Refused("wrong_type", "the line is no JSON object"))


class _Decoded:
    """The lines as text. Each is appended to `taken`: a record with quotes may span several. Bytes that are not UTF-8 are kept.

    A line or a record that is too long raises csv.Error, and the lines behind it can be read all the same.
    """

    def __init__(self, lines: Iterable[bytes], taken: list[bytes]) -> None:
        self._lines, self._taken, self._size = iter(lines), taken, 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self._size = len(line) + (self._size if self._taken else 0)
        self._taken.append(line)
        if isinstance(line, LongLine) or self._size > MAX_LINE:
            raise csv.Error(TOO_LONG)
        return line.removeprefix(_BOM).decode(errors="surrogateescape")


def _next(reader: Iterator[list[str]]) -> list[str] | str | None:
    """Return the next record; a message if the line is no CSV; None at the end."""
    try:
        return next(reader, None)
    except csv.Error as error:
        return str(error)


def _check_header(found: list[str] | str, text: bytes, layout: Layout) -> tuple[str, ...]:
    delimiter = layout.delimiter
    if found == TOO_LONG or (words := foreign_text(text, layout.encoding)):
        raise UnreadableFileError(f"the header: {TOO_LONG}" if found == TOO_LONG else f"the header is {words}")
    if isinstance(found, str):  # blanks behind a quote are no part of a name
        bare = re.sub(rf'" +(?={re.escape(delimiter)}|$)', '"', text.decode())
        again = _next(csv.reader([bare], delimiter=delimiter, strict=True))
        found = again if isinstance(again, list) else []
    names = tuple(map(stripped, found))
    if sign := other_delimiter(text.decode(), delimiter):
        raise UnreadableFileError(f"the header is one column; {ask_delimiter(sign)}")
    if not names or len(set(names)) < len(names) or not all(names):
        raise UnreadableFileError("the first line should name the columns, each by a name of its own", LAID_OUT)
    return names


def _build_record(number: int, text: bytes, columns: tuple[str, ...], found: list[str] | str, layout: Layout) -> Row:
    if found == TOO_LONG:
        return Row(number, text[:KEPT], {}, Refused("too_large", TOO_LONG))
    if isinstance(found, str):
        return Row(number, text, {}, Refused("wrong_type", f"the line is no CSV: {found}"))
    if len(found) != len(columns):
        sign = other_delimiter(text.decode(errors="replace"), layout.delimiter)
        asked = f"; {ask_delimiter(sign)}" if sign else ""
        return Row(number, text, {}, Refused("wrong_type", f"the row has {len(found)} cells for {len(columns)} columns{asked}"))
    if not text.isascii() and (words := foreign_text(text, layout.encoding)):
        return Row(number, text, {}, Refused("not_utf8", f"the row is {words}"))
    return Row(number, text, dict(zip(columns, found, strict=True)))
