"""The rows of a file: CSV or JSON lines, plain or `.gz`, each with its line number and its bytes as they lie there.

And what a row is found to be: understood, left out or refused.
"""

from __future__ import annotations

import csv
import gzip
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from schemas.reading import Reason
from schemas.touchpoints import Touchpoint

FORMATS = ("csv", "jsonl")
ORDERS = ("time", "as_is")
_BOM = b"\xef\xbb\xbf"


class Understood(NamedTuple):
    """A row that is a touchpoint; `ahead`: its time lies ahead of now, and the front door will set it back."""

    touchpoint: Touchpoint
    ahead: bool


class LeftOut(NamedTuple):
    """A row that the mapping declares to be no touchpoint, and why."""

    why: str


class Refused(NamedTuple):
    """A row that was not understood: one of the front door's reasons, and words that may show what stood there."""

    reason: Reason
    words: str


Outcome = Understood | LeftOut | Refused
"""What a row is found to be. There is no fourth way: nothing is dropped."""


class UnreadableFileError(ValueError):
    """The file cannot be read at all: it names no columns, or it is packed and damaged."""


class Row(NamedTuple):
    """One row: its cells by column; none where `trouble` says why it cannot be read."""

    number: int  # line of the file on which it begins, from 1
    text: bytes  # as it lies there, without its end
    cells: dict[str, Any]
    trouble: Refused | None = None


@dataclass(frozen=True)
class Layout:
    """How a file is laid out."""

    format: str = "csv"
    delimiter: str = ","
    columns: tuple[str, ...] = ()  # names of the columns where the file has no header
    empty: frozenset[str] = frozenset({""})  # texts that mean nothing
    order: str = "time"  # rows are put in order by time; "as_is": they lie in order and are passed on as they are read


@contextmanager
def unpacked(path: str) -> Iterator[Iterable[bytes]]:
    """The lines of a file (`.gz` is unpacked) or of standard input (`-`), with their ends."""
    if path == "-":
        yield sys.stdin.buffer
        return
    with gzip.open(path) if path.endswith(".gz") else Path(path).open("rb") as lines:
        try:
            yield lines
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise UnreadableFileError(f"{path} is damaged: {error}") from error


class Rows:
    """Every row of these lines; empty lines are passed over. `columns` is known once the first row has been read.

    >>> [row.cells for row in Rows([b"a,b\\n", b"1,2\\n"], Layout())]
    [{'a': '1', 'b': '2'}]
    >>> [(row.number, row.trouble) for row in Rows([b'{"a": 1}\\n', b"[1]\\n"], Layout("jsonl"))]
    [(1, None), (2, Refused(reason='wrong_type', words='the line is no JSON object'))]
    """

    def __init__(self, lines: Iterable[bytes], layout: Layout) -> None:
        self._lines, self._layout = lines, layout
        self.columns = layout.columns

    def __iter__(self) -> Iterator[Row]:
        return self._records() if self._layout.format == "csv" else self._documents()

    def again(self, number: int, text: bytes) -> Row:
        """The row that these bytes are, once more: a file is put in order by its bytes, which take far less room than its cells."""
        if self._layout.format != "csv":
            return _document(number, text)
        found = next(csv.reader([text.decode(errors="surrogateescape")], delimiter=self._layout.delimiter, strict=True))
        return _record(number, text, self.columns, found)

    def _documents(self) -> Iterator[Row]:
        for number, line in enumerate(self._lines, 1):
            text = line.removeprefix(_BOM).strip() if number == 1 else line.strip()
            if text:
                yield _document(number, text)

    def _records(self) -> Iterator[Row]:
        taken: list[bytes] = []
        reader = csv.reader(_texts(self._lines, taken), delimiter=self._layout.delimiter, strict=True)
        number = 1
        while (found := _next(reader)) is not None:
            text, begins, number = b"".join(taken).rstrip(b"\r\n"), number, number + len(taken)
            taken.clear()
            if not self.columns:
                self.columns = _header(found)
            elif found:
                yield _record(begins, text, self.columns, found)
        if not self.columns:
            raise UnreadableFileError("the file is empty: its first line should name the columns")


def _document(number: int, text: bytes) -> Row:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        return Row(number, text, {}, Refused("unreadable_json", f"the line is no JSON: {error}"))
    if isinstance(found, dict):
        return Row(number, text, found)
    return Row(number, text, {}, Refused("wrong_type", "the line is no JSON object"))


def _texts(lines: Iterable[bytes], taken: list[bytes]) -> Iterator[str]:
    """The lines as text, each noted as taken: the reader joins quoted ones. Bytes that are no UTF-8 are kept for `_record` to tell."""
    for line in lines:
        taken.append(line)
        yield line.removeprefix(_BOM).decode(errors="surrogateescape")


def _next(reader: Iterator[list[str]]) -> list[str] | str | None:
    """The next record; what is wrong with it where it is none; None at the end."""
    try:
        return next(reader, None)
    except csv.Error as error:
        return str(error)


def _header(found: list[str] | str) -> tuple[str, ...]:
    names = tuple(found) if isinstance(found, list) else ()
    if not names or len(set(names)) < len(names) or not all(names):
        raise UnreadableFileError("the first line should name the columns, each by a name of its own; else name them in [file] columns")
    return names


def _record(number: int, text: bytes, columns: tuple[str, ...], found: list[str] | str) -> Row:
    if isinstance(found, str):
        return Row(number, text, {}, Refused("wrong_type", f"the line is no CSV: {found}"))
    if len(found) != len(columns):
        return Row(number, text, {}, Refused("wrong_type", f"the row has {len(found)} cells for {len(columns)} columns"))
    if not text.isascii() and not _is_utf8(text):
        return Row(number, text, {}, Refused("not_utf8", "the row is not UTF-8"))
    return Row(number, text, dict(zip(columns, found, strict=True)))


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True
