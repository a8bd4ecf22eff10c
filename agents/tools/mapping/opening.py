"""Opens a file, plain or `.gz`, or standard input, and yields its lines. It says what a file is that holds no text in UTF-8."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from agents.tools.mapping.recognising import LOOK, foreign_start


class UnreadableFileError(ValueError):
    """The file cannot be read at all: it names no columns, is compressed and damaged, or is no text in UTF-8. `fix`: the way out."""

    def __init__(self, cause: str, fix: str = "") -> None:
        super().__init__(cause)
        self.fix = fix


@contextmanager
def unpacked(path: str) -> Iterator[Iterable[bytes]]:
    """Open a file or standard input (`-`), and yield its lines with their line ends. `.gz` is unpacked.

    Raises UnreadableFileError if a `.gz` file is damaged, or if the file is no text in UTF-8.
    """
    if path == "-":
        yield recognised(sys.stdin.buffer)
        return
    with undamaged(path), gzip.open(path) if path.endswith(".gz") else Path(path).open("rb") as lines:
        yield recognised(lines)


def recognised(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the same lines. Raises UnreadableFileError if the first one shows that the file is no text in UTF-8."""
    found = iter(lines)
    for first in found:
        if words := foreign_start(first[:LOOK]):
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
