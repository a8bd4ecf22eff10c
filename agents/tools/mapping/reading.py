"""A file and its mapping -> what each row is, in the order of time: a touchpoint, left out on purpose, or refused with a reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from agents.tools.mapping.compiling import compiled
from agents.tools.mapping.declared import Declared, Rule
from agents.tools.mapping.desk import MappingError
from agents.tools.mapping.rows import LeftOut, Outcome, Refused, Row, Rows, Understood, unpacked
from agents.tools.mapping.values import Seen, written
from schemas.diagnosis import diagnose
from schemas.inputs import accept
from schemas.reading import Rejected
from schemas.touchpoints import Touchpoint

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


class Translator:
    """Rows in the order of their times -> what each is. It remembers the latest row of each thread, and nothing else.

    `file` is the file's name without its ending; `now`, ms UTC, tells which times lie ahead.
    """

    def __init__(self, declared: Declared, file: str, now: int) -> None:
        self._declared, self._file, self._now = declared, file, now
        self._latest: dict[str, Seen] = {}

    def seen(self, row: Row) -> Seen:
        """The row as the mapping's values see it."""
        return Seen(row.cells, row.number, self._file, self._declared.layout.empty)

    def at(self, row: Row) -> int | Refused:
        """When the row happened, ms UTC; or why that cannot be told."""
        if row.trouble:
            return row.trouble
        try:
            found = self._declared.at(self.seen(row))
        except (ValueError, ArithmeticError) as error:
            return Refused("bad_time", f"at: {error}")
        return found if isinstance(found, int) else Refused("bad_time", "at: the row names no time")

    def told(self, row: Row, at: int) -> Outcome:
        """What the row is, by the first rule that holds for it."""
        seen = self.seen(row)
        try:
            rule = self._rule(seen)
        except (ValueError, ArithmeticError) as error:
            return Refused("wrong_type", str(error))
        if rule is None:
            return Refused("unknown_kind", f"no [[touchpoint]] of the mapping fits {self._described(row.cells)}")
        if rule.kind is None:
            return LeftOut(rule.leave_out)
        return self._made(rule, rule.kind, seen, at)

    def _rule(self, seen: Seen) -> Rule | None:
        thread = self._declared.thread(seen) if self._declared.thread else None
        before = self._latest.get(written(thread)) if thread is not None else None
        if thread is not None:
            self._latest[written(thread)] = seen
        return next((rule for rule in self._declared.rules if _holds(rule, seen, before, thread)), None)

    def _described(self, cells: Mapping[str, Any]) -> str:
        stands = {name: cells.get(name) for name in self._declared.asked}
        return ", ".join(f"{name}={written(content)[:40]!r}" for name, content in stands.items() if content is not None) or "it"

    def _made(self, rule: Rule, kind: type[Touchpoint], seen: Seen, at: int) -> Outcome:
        fields: dict[str, object] = {"at": at}
        for name, value in rule.fields.items():
            try:
                content = value(seen)
            except (ValueError, ArithmeticError) as error:
                return Refused("wrong_type", f"{name}: {error}")
            if content is not None:
                fields[name] = content
        try:
            made: Touchpoint = msgspec.convert(fields, kind, strict=False)
        except msgspec.ValidationError as error:
            return _refused(diagnose(error, b""))
        read = accept(made, self._now)
        return _refused(read) if isinstance(read, Rejected) else Understood(made, read.clamped)


def _holds(rule: Rule, seen: Seen, before: Seen | None, thread: object) -> bool:
    if rule.first and (thread is None or before is not None):
        return False
    if rule.after is not None and (before is None or not rule.after(before)):
        return False
    return rule.holds(seen)


def _refused(found: Rejected) -> Refused:
    return Refused(found.reason, found.detail or found.sentence)
