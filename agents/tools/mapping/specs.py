"""How a mapping says what a field holds: a constant, a text with columns, or a table with a conversion."""

from __future__ import annotations

from datetime import datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from agents.tools.mapping import shapes
from agents.tools.mapping.desk import Desk
from agents.tools.mapping.times import UNITS, clock
from agents.tools.mapping.values import HOLE, Value, amount, as_text, column, either, text, translated
from streams.blueprints.lines import Path
from streams.rules.suggest import suggestion

SOURCES = ("column", "text", "either", "sum")
CONVERSIONS = ("values", "otherwise", "times", "format", "zone", "day_at", "default")


def nothing(_: object) -> None:
    """The value of what could not be read: its problem is told elsewhere."""


def value_of(desk: Desk, path: Path, spec: Any, hint: Any) -> Value:
    """The value that a specification declares for a field of this type; what is wrong with it is noted."""
    if isinstance(spec, dict):
        return _table(desk, path, spec, hint)
    if isinstance(spec, list) and shapes.many(hint):
        each = [_scalar(desk, path, one, str) for one in spec]
        return lambda seen: tuple(content for value in each if (content := value(seen)) is not None)
    if shapes.a_moment(hint) and isinstance(spec, str) and HOLE.search(spec):
        return _timed(desk, path, {}, _scalar(desk, path, spec, str))
    return _scalar(desk, path, spec, hint)


def _scalar(desk: Desk, path: Path, spec: Any, hint: Any) -> Value:
    """A constant, which must fit the field, or a text with columns, which only a row can show to fit."""
    if isinstance(spec, str) and HOLE.search(spec.replace("{{", "").replace("}}", "")):
        desk.named_in(path, spec)
        return text(spec)
    content = text(spec)(_NO_ROW) if isinstance(spec, str) else spec
    if wrong := shapes.misfit(content, hint):
        desk.wrong(path, f"`{path[-1]}` cannot be {spec!r}: {wrong}")
    return lambda _: content


_NO_ROW: Any = None  # a text without columns is asked without a row


def _table(desk: Desk, path: Path, spec: dict[str, Any], hint: Any) -> Value:
    desk.known(path, spec, (*SOURCES, *CONVERSIONS), f"`{path[-1]}`")
    given = [key for key in SOURCES if key in spec]
    if len(given) != 1:
        desk.wrong(path, f"`{path[-1]}` should name one source", "one of column, text, either, sum")
        return nothing
    value = _counted(desk, path, spec, hint) if "times" in spec or "sum" in spec else _source(desk, path, spec, given[0])
    if shapes.a_moment(hint) or {"format", "zone", "day_at"} & spec.keys():
        value = _timed(desk, path, spec, value)
    if shapes.textual(hint):
        value = as_text(value)
    if "values" in spec:
        words = desk.table((*path, "values"), spec["values"])
        for word, content in words.items():
            if wrong := shapes.misfit(content, hint):
                desk.wrong((*path, "values", word), f"`{path[-1]}` cannot be {content!r}: {wrong}")
        other = _scalar(desk, (*path, "otherwise"), spec["otherwise"], hint) if "otherwise" in spec else None
        value = translated(value, words, other)
    elif "otherwise" in spec:
        desk.wrong((*path, "otherwise"), "`otherwise` needs `values`", "for an empty cell say `default`")
    return either([value, _scalar(desk, (*path, "default"), spec["default"], hint)]) if "default" in spec else value


def _source(desk: Desk, path: Path, spec: dict[str, Any], key: str) -> Value:
    words = desk.texts((*path, key), spec[key])
    if key == "column" and len(words) == 1:
        desk.named(path, words[0])
        return column(words[0])
    if key != "either" and len(words) != 1:
        desk.wrong((*path, key), f"`{key}` should be one text", "several, of which the first that says anything counts: `either`")
        return nothing
    return either([_scalar(desk, (*path, key), word, str) for word in words])


def _counted(desk: Desk, path: Path, spec: dict[str, Any], hint: Any) -> Value:
    if not {"column", "sum"} & spec.keys():
        desk.wrong((*path, "times"), "`times` goes with `column` or `sum`")
        return nothing
    names = desk.texts(path, spec.get("sum", spec.get("column")))
    desk.named(path, *(name.removeprefix("-") for name in names))
    factor = spec.get("times", 1)
    if isinstance(factor, bool) or not isinstance(factor, int | float):
        desk.wrong((*path, "times"), "`times` should be a number")
        return nothing
    return amount(names, Decimal(str(factor)), shapes.whole(hint))


def _timed(desk: Desk, path: Path, spec: dict[str, Any], value: Value) -> Value:
    form, zone, day_at = (desk.text(path, spec, key, usual) for key, usual in (("format", "iso"), ("zone", ""), ("day_at", "")))
    right = (_is_form(desk, path, form), _is_zone(desk, path, zone), _is_hour(desk, path, day_at))
    if not all(right):
        return nothing
    read = clock(form, zone, day_at)
    return lambda seen: None if (content := value(seen)) is None else read(content)


def _is_form(desk: Desk, path: Path, form: str) -> bool:
    if form == "iso" or form in UNITS:
        return True
    try:
        datetime.strptime(datetime(2001, 2, 3, 4, 5, 6).strftime(form), form)  # noqa: DTZ001, DTZ007 - only the pattern is tried
    except ValueError as error:
        desk.wrong((*path, "format"), f"`format` cannot be {form!r}: {error}", _forms(form))
        return False
    if "%" not in form:
        desk.wrong((*path, "format"), f"`format` cannot be {form!r}", _forms(form))
    return "%" in form


def _forms(form: str) -> str:
    return suggestion(form, ["iso", *UNITS]) + " or a pattern as `%d.%m.%Y %H:%M`"


def _is_zone(desk: Desk, path: Path, zone: str) -> bool:
    try:
        return not zone or bool(ZoneInfo(zone).key)
    except (KeyError, ValueError, OSError):
        desk.wrong((*path, "zone"), f"there is no time zone {zone!r}", suggestion(zone, available_timezones()))
        return False


def _is_hour(desk: Desk, path: Path, day_at: str) -> bool:
    try:
        return not day_at or time.fromisoformat(day_at) is not None
    except ValueError:
        desk.wrong((*path, "day_at"), f"`day_at` cannot be {day_at!r}", "write it as 12:00")
        return False
