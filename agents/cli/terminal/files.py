"""Files that a command writes: events, and what is true of them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import typer

from agents.cli.terminal.errors import CliError


@contextmanager
def opened(path: str) -> Iterator[IO[bytes]]:
    """Open a file for writing; -: standard output. Who reads only the head of it ends the command."""
    if path != "-":
        try:
            with Path(path).open("wb") as file:
                yield file
        except OSError as error:
            raise CliError(f"{path} cannot be written: {error.strerror}", "name a file in a directory that you may write to") from None
        return
    try:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        import os

        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from None


@contextmanager
def truths(path: Path | None) -> Iterator[Callable[[dict[str, Any]], None]]:
    """Yield what writes a line of the truth; without a path it writes nothing."""
    import orjson

    if path is None:
        yield lambda _: None
        return
    with opened(str(path)) as file:

        def tell(document: dict[str, Any]) -> None:
            file.write(orjson.dumps(document) + b"\n")

        yield tell
