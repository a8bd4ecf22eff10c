"""Opens a file, plain or `.gz`, or standard input, and yields its lines in UTF-8. It says what a file is that holds no text."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from agents.tools.mapping.encodings import LOOK, MisfitError, in_utf8
from agents.tools.mapping.recognising import foreign_file, foreign_start

MAX_LINE = 1024 * 1024  # bytes of a line; the brokers take records of as much, and ingest reads half of it
KEPT = 64 * 1024  # bytes of a longer line that are kept, as many as a rejection holds
TOO_LONG = f"the line is longer than {MAX_LINE // 1024} KiB"


class LongLine(bytes):
    """The first bytes of a line that is longer than MAX_LINE. The row is refused, and those behind it are read."""

    __slots__ = ()


def bounded(file: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of a file with their line ends. No line takes more memory than MAX_LINE, however long it is.

    >>> import io
    >>> found = [*bounded(io.BytesIO(b"a\\n" + b"x" * 3_000_000 + b"\\nb"))]
    >>> [(type(each).__name__, len(each)) for each in found]
    [('bytes', 2), ('LongLine', 65536), ('bytes', 1)]
    """
    while line := file.readline(MAX_LINE + 1):
        if len(line) <= MAX_LINE:
            yield line
            continue
        while not line.endswith(b"\n") and (more := file.readline(MAX_LINE)):
            line = line[:KEPT] + more[-1:]
        yield LongLine(line[:KEPT])


class UnreadableFileError(ValueError):
    """The file cannot be read at all: it names no columns, is compressed and damaged, or is no text in UTF-8. `fix`: the way out."""

    def __init__(self, cause: str, fix: str = "") -> None:
        super().__init__(cause)
        self.fix = fix


@contextmanager
def unpacked(path: str, encoding: str = "") -> Iterator[Iterable[bytes]]:
    """Open a mapping's file or standard input (`-`), and yield its lines with their line ends, in UTF-8. `.gz` is unpacked.

    `encoding`: in which the file is, if that is not UTF-8. Raises UnreadableFileError if a `.gz` file is damaged, or if the file is in
    another encoding or is no text.
    """
    if path == "-":
        yield _read(sys.stdin.buffer, encoding)
        return
    with undamaged(path), gzip.open(path) if path.endswith(".gz") else Path(path).open("rb") as file:
        yield _read(cast(BinaryIO, file), encoding)


def _read(file: BinaryIO, encoding: str) -> Iterator[bytes]:
    if not encoding:
        yield from recognised(bounded(file), mapped=True)
        return
    try:
        for line in in_utf8(_checked(iter(lambda: file.readline(MAX_LINE), b"")), encoding, MAX_LINE):
            yield line if len(line) <= MAX_LINE else LongLine(line[:KEPT])
    except MisfitError as error:
        raise UnreadableFileError(str(error)) from None


def _checked(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the same lines. Raises UnreadableFileError if the first one shows that the file is no text."""
    for number, line in enumerate(lines):
        if not number and (words := foreign_file(line[:LOOK])):
            raise UnreadableFileError(words)
        yield line


def recognised(lines: Iterable[bytes], *, mapped: bool = False) -> Iterator[bytes]:
    """Yield the same lines. Raises UnreadableFileError if the first one shows that the file is no text in UTF-8."""
    found = iter(lines)
    for first in found:
        if words := foreign_start(first[:LOOK], mapped=mapped):
            raise UnreadableFileError(words)
        yield first
        break
    yield from found


@contextmanager
def undamaged(path: str) -> Iterator[None]:
    """Context manager: raise UnreadableFileError if reading shows that this `.gz` file is damaged."""
    try:
        yield
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise UnreadableFileError(f"{path} is damaged: {error}", "copy or pack it again") from error
