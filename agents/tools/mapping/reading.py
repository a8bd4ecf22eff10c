"""Translates the rows of a file by its mapping, in the order of time.

A row becomes a touchpoint, is left out on purpose, or is refused with a reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from agents.settings.files import small_text
from agents.tools.mapping.compiling import compiled
from agents.tools.mapping.declared import Declared, Rule
from agents.tools.mapping.desk import MappingError
from agents.tools.mapping.numbers import UnreadAmountError
from agents.tools.mapping.opening import unpacked
from agents.tools.mapping.rows import LeftOut, Outcome, Refused, Row, Rows, Understood
from agents.tools.mapping.values import Seen, written
from schemas.conventions import NO_CONVENTIONS, Conventions
from schemas.inputs import accept
from schemas.problems import Place, Problem
from schemas.reading import Rejected
from schemas.reading.diagnosis import diagnose
from schemas.touchpoints import Touchpoint

Told = tuple[Row, Outcome]


def mapping_in(path: Path) -> Declared:
    """Return the mapping that this file holds. Raises MappingError with all of its problems."""
    try:
        text = small_text(path)
    except (OSError, ValueError) as error:
        raise MappingError([Problem(Place("", 0), f"it cannot be read: {error}")]) from None
    return compiled(text)


def told(declared: Declared, path: str, now: int, conventions: Conventions = NO_CONVENTIONS) -> Iterator[Told]:
    """Yield every row of the file (`-`: standard input) with its outcome. `now` is in ms UTC. `conventions` say what else to hide.

    Rows without a time come first. The others follow in the order of time; rows of equal times keep the order of the file. A log would hold
    them in this order, so they can be replayed. Sorting holds the text of all rows in memory: about the unpacked size of the file. If the
    mapping's `order` is "as_is", rows are not sorted and pass one by one.

    Raises MappingError if the mapping names columns that a CSV file lacks, and UnreadableFileError if the file cannot be read.
    """
    with unpacked(path, declared.layout.encoding) as lines:
        rows = Rows(lines, declared.layout)
        translator = Translator(declared, _stem(path), now, conventions)
        if declared.layout.order == "as_is":
            yield from _translate_unsorted(_check_columns(declared, rows), translator)
        else:
            yield from _translate_sorted(_check_columns(declared, rows), translator, rows)


def _stem(path: str) -> str:
    return "stdin" if path == "-" else Path(path).name.split(".")[0]


def _check_columns(declared: Declared, rows: Rows) -> Iterator[Row]:
    """Yield the rows, after a check that the file has all columns that the mapping names. Raises MappingError if one is missing.

    JSON documents are not checked: they may leave out what is empty.
    """
    looked = declared.layout.format != "csv"
    for row in rows:
        if not looked:
            looked = _require_columns(declared, rows)
        yield row
    if not looked:
        _require_columns(declared, rows)


def _require_columns(declared: Declared, rows: Rows) -> bool:
    if problems := declared.misnamed(rows.columns):
        rows.check_delimiter(declared.columns)
        raise MappingError(problems)
    return True


def _translate_unsorted(rows: Iterator[Row], translator: Translator) -> Iterator[Told]:
    for row in rows:
        at = translator.at(row)
        yield row, at if isinstance(at, Refused) else translator.told(row, at)


def _translate_sorted(rows: Iterator[Row], translator: Translator, source: Rows) -> Iterator[Told]:
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


class Translator:
    """Turns rows into outcomes. Rows must come in the order of their times. It keeps the latest row of each thread and nothing else.

    `file` is the file's name without its ending. Times after `now` (ms UTC) lie in the future.
    """

    def __init__(self, declared: Declared, file: str, now: int, conventions: Conventions = NO_CONVENTIONS) -> None:
        self._declared, self._file, self._now, self._conventions = declared, file, now, conventions
        self._latest: dict[str, Seen] = {}

    def seen(self, row: Row) -> Seen:
        """Return the row in the form that the values of the mapping read."""
        return Seen(row.cells, row.number, self._file, self._declared.layout.empty)

    def at(self, row: Row) -> int | Refused:
        """Return the time of the row (ms UTC), or a refusal if it has none that can be read."""
        if row.trouble:
            return row.trouble
        try:
            found = self._declared.at(self.seen(row))
        except (ValueError, ArithmeticError) as error:
            return Refused("bad_time", f"at: {error}")
        return found if isinstance(found, int) else Refused("bad_time", "at: the row names no time")

    def told(self, row: Row, at: int) -> Outcome:
        """Return the outcome of a row by the first rule that holds for it. Remember the row as the latest of its thread."""
        seen = self.seen(row)
        try:
            rule = self._find_rule(seen)
        except (ValueError, ArithmeticError) as error:
            return Refused("wrong_type", str(error))
        if rule is None:
            return Refused("unknown_kind", f"no [[touchpoint]] of the mapping fits {self._describe(row.cells)}")
        if rule.kind is None:
            return LeftOut(rule.leave_out)
        return self._build(rule, rule.kind, seen, at)

    def _find_rule(self, seen: Seen) -> Rule | None:
        thread = self._declared.thread(seen) if self._declared.thread else None
        before = self._latest.get(written(thread)) if thread is not None else None
        if thread is not None:
            self._latest[written(thread)] = seen
        return next((rule for rule in self._declared.rules if _holds(rule, seen, before, thread)), None)

    def _describe(self, cells: Mapping[str, Any]) -> str:
        stands = {name: cells.get(name) for name in self._declared.asked}
        return ", ".join(f"{name}={written(content)[:40]!r}" for name, content in stands.items() if content is not None) or "it"

    def _build(self, rule: Rule, kind: type[Touchpoint], seen: Seen, at: int) -> Outcome:
        fields: dict[str, object] = {"at": at}
        unread: list[Refused] = []
        for name, value in rule.fields.items():
            try:
                content = value(seen)
            except UnreadAmountError as error:
                unread.append(Refused("unread_amount", f"{name}: {error}"))
                continue
            except (ValueError, ArithmeticError) as error:
                return Refused("wrong_type", f"{name}: {error}")
            if content is not None:
                fields[name] = content
        try:
            made: Touchpoint = msgspec.convert(fields, kind, strict=False)
        except msgspec.ValidationError as error:
            return _as_refused(diagnose(error, b""))
        read = accept(made, self._now, None, self._conventions)
        return _as_refused(read) if isinstance(read, Rejected) else Understood(read.touchpoint, read.clamped, tuple(unread))


def _holds(rule: Rule, seen: Seen, before: Seen | None, thread: object) -> bool:
    if rule.first and (thread is None or before is not None):
        return False
    if rule.after is not None and (before is None or not rule.after(before)):
        return False
    return rule.holds(seen)


def _as_refused(found: Rejected) -> Refused:
    return Refused(found.reason, found.detail or found.sentence)
