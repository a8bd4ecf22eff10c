"""A file and its mapping -> what each row is, in the order of time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from agents.tools.mapping.compiling import compiled
from agents.tools.mapping.declared import Declared
from agents.tools.mapping.outcomes import Outcome, Refused
from agents.tools.mapping.problems import MappingError
from agents.tools.mapping.rows import Row, Rows, unpacked
from agents.tools.mapping.translating import Translator

Told = tuple[Row, Outcome]


def mapping_in(path: Path) -> Declared:
    """The mapping in this file; MappingError with everything that is wrong with it."""
    return compiled(path.read_text(encoding="utf-8"))


def told(declared: Declared, path: str, now: int) -> Iterator[Told]:
    """Every row of the file (`-`: standard input) with what it is; `now` in ms UTC.

    Rows come by time, equal times as they lie in the file; first come those that name no time. So a log would have them, and so they can
    be replayed. To be put in order the file is held in memory, packed as it lies there: about its unpacked size. A mapping whose
    `order` is "as_is" passes rows on one by one.
    """
    with unpacked(path) as lines:
        rows = Rows(lines, declared.layout)
        translator = Translator(declared, _stem(path), now)
        if declared.layout.order == "as_is":
            yield from _as_they_lie(_checked(declared, rows), translator)
        else:
            yield from _by_time(_checked(declared, rows), translator, rows)


def _stem(path: str) -> str:
    return "stdin" if path == "-" else Path(path).name.split(".")[0]


def _checked(declared: Declared, rows: Rows) -> Iterator[Row]:
    """The rows, once the columns that the mapping names are found to be there. JSON documents leave out what is empty: no look at them."""
    looked = declared.layout.format != "csv"
    for row in rows:
        if not looked:
            looked = _look(declared, rows)
        yield row
    if not looked:
        _look(declared, rows)


def _look(declared: Declared, rows: Rows) -> bool:
    if problems := declared.misnamed(rows.columns):
        raise MappingError(problems)
    return True


def _as_they_lie(rows: Iterator[Row], translator: Translator) -> Iterator[Told]:
    for row in rows:
        at = translator.at(row)
        yield row, at if isinstance(at, Refused) else translator.told(row, at)


def _by_time(rows: Iterator[Row], translator: Translator, source: Rows) -> Iterator[Told]:
    held: list[tuple[int, int, bytes]] = []
    for row in rows:
        at = translator.at(row)
        if isinstance(at, Refused):
            yield row, at
        else:
            held.append((at, row.number, row.text))
    held.sort()
    for at, number, text in held:
        row = source.again(number, text)
        yield row, translator.told(row, at)
