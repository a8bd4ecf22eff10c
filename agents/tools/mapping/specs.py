"""Parses what a mapping says of one field (a specification), and checks that it fits the field.

A specification is a constant, a text with columns in it, or a table with a conversion. The type that the touchpoint's class declares for
the field decides what fits.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any, get_type_hints

import msgspec
from msgspec import inspect

from agents.tools.mapping.desk import Desk
from agents.tools.mapping.numbers import KEYS, PLAIN, Style
from agents.tools.mapping.times import timed
from agents.tools.mapping.values import HOLE, Value, amount, as_text, column, either, money, nothing, numeric, text, translated
from schemas.touchpoints import Touchpoint
from schemas.touchpoints.units import EARLIEST, MONEY
from streams.blueprints.lines import Path

SOURCES = ("column", "text", "either", "sum")
CONVERSIONS = ("values", "otherwise", "times", "least", *KEYS, "format", "zone", "day_at", "default")


def value_of(desk: Desk, path: Path, spec: Any, hint: Any) -> Value:
    """Return the value that a specification declares for a field of type `hint`. Add its problems to `desk`."""
    style = desk.style_in(path, spec) if isinstance(spec, dict) else desk.style
    value = _parse_value(desk, path, spec, hint, style)
    if path[-1] in MONEY and whole(hint):
        return money(value, style)
    return numeric(value, style) if style != PLAIN and a_number(hint) else value


def _parse_value(desk: Desk, path: Path, spec: Any, hint: Any, style: Style) -> Value:
    if isinstance(spec, dict):
        return _parse_table(desk, path, spec, hint, style)
    if isinstance(spec, list) and many(hint):
        each = [_parse_scalar(desk, path, one, str) for one in spec]
        return lambda seen: tuple(content for value in each if (content := value(seen)) is not None)
    if a_moment(hint) and isinstance(spec, str) and HOLE.search(spec):
        return timed(desk, path, {}, _parse_scalar(desk, path, spec, str))
    return _parse_scalar(desk, path, spec, hint)


def _parse_scalar(desk: Desk, path: Path, spec: Any, hint: Any) -> Value:
    """Return the value of a constant, or of a text with columns. A constant is checked now; a text with columns only for each row."""
    if isinstance(spec, str) and HOLE.search(spec.replace("{{", "").replace("}}", "")):
        desk.named_in(path, spec)
        return text(spec)
    content = text(spec)(_NO_ROW) if isinstance(spec, str) else spec
    if wrong := misfit(content, hint):
        desk.wrong(path, f"`{path[-1]}` cannot be {spec!r}: {wrong}")
    return lambda _: content


_NO_ROW: Any = None  # given in place of a row to a text without columns


def _parse_table(desk: Desk, path: Path, spec: dict[str, Any], hint: Any, style: Style) -> Value:
    desk.known(path, spec, (*SOURCES, *CONVERSIONS), f"`{path[-1]}`")
    given = [key for key in SOURCES if key in spec]
    if len(given) != 1:
        desk.wrong(path, f"`{path[-1]}` should name one source", "one of column, text, either, sum")
        return nothing
    sums = {"times", "sum", "least", *KEYS} & spec.keys()
    value = _parse_amount(desk, path, spec, hint, style) if sums else _parse_source(desk, path, spec, given[0])
    if a_moment(hint) or {"format", "zone", "day_at"} & spec.keys():
        value = timed(desk, path, spec, value)
    if textual(hint):
        value = as_text(value)
    if "values" in spec:
        words = desk.table((*path, "values"), spec["values"])
        for word, content in words.items():
            if wrong := misfit(content, hint):
                desk.wrong((*path, "values", word), f"`{path[-1]}` cannot be {content!r}: {wrong}")
        other = _parse_scalar(desk, (*path, "otherwise"), spec["otherwise"], hint) if "otherwise" in spec else None
        value = translated(value, words, other)
    elif "otherwise" in spec:
        desk.wrong((*path, "otherwise"), "`otherwise` needs `values`", "for an empty cell say `default`")
    return either([value, _parse_scalar(desk, (*path, "default"), spec["default"], hint)]) if "default" in spec else value


def _parse_source(desk: Desk, path: Path, spec: dict[str, Any], key: str) -> Value:
    words = desk.texts((*path, key), spec[key])
    if key == "column" and len(words) == 1:
        desk.named(path, words[0])
        return column(words[0])
    if key != "either" and len(words) != 1:
        desk.wrong((*path, key), f"`{key}` should be one text", "several, of which the first that says anything counts: `either`")
        return nothing
    return either([_parse_scalar(desk, (*path, key), word, str) for word in words])


def _parse_amount(desk: Desk, path: Path, spec: dict[str, Any], hint: Any, style: Style) -> Value:
    if not {"column", "sum"} & spec.keys():
        key = next(key for key in ("times", "least", *KEYS) if key in spec)
        desk.wrong((*path, key), f"`{key}` goes with `column` or `sum`")
        return nothing
    names = desk.texts(path, spec.get("sum", spec.get("column")))
    desk.named(path, *(name.removeprefix("-") for name in names))
    factor, least = spec.get("times", 1), spec.get("least")
    if wrong := [
        key for key, found in (("times", factor), ("least", least or 0)) if isinstance(found, bool) or not isinstance(found, int | float)
    ]:
        desk.wrong((*path, wrong[0]), f"`{wrong[0]}` should be a number")
        return nothing
    rounded = whole(hint) and not spec.keys().isdisjoint(("times", "sum"))
    return amount(names, Decimal(str(factor)), rounded, style, None if least is None else Decimal(str(least)))


@cache
def hints_of(kind: type[Touchpoint]) -> dict[str, Any]:
    """Return the type of each field of this kind, with its bounds."""
    wanted = kind.__struct_fields__
    return {name: hint for name, hint in get_type_hints(kind, include_extras=True).items() if name in wanted}


@cache
def required(kind: type[Touchpoint]) -> tuple[str, ...]:
    """Return the names of the fields that this kind requires.

    >>> from schemas.touchpoints import BY_KIND
    >>> required(BY_KIND["page_viewed"])
    ('id', 'customer', 'at', 'page')
    """
    found = inspect.type_info(kind)
    return tuple(each.name for each in found.fields if each.required) if isinstance(found, inspect.StructType) else ()


def _types_in(hint: Any) -> tuple[Any, ...]:
    found = inspect.type_info(hint)
    return found.types if isinstance(found, inspect.UnionType) else (found,)


def whole(hint: Any) -> bool:
    """Return whether only whole numbers fit this type.

    >>> from schemas.touchpoints.units import Cents, Score
    >>> whole(Cents | None), whole(Score)
    (True, False)
    """
    return any(isinstance(each, inspect.IntType) for each in _types_in(hint))


def a_number(hint: Any) -> bool:
    """Return whether a field of this type holds a number that is no point in time."""
    return not a_moment(hint) and any(isinstance(each, inspect.IntType | inspect.FloatType) for each in _types_in(hint))


def textual(hint: Any) -> bool:
    """Return whether a field of this type holds a text."""
    return any(isinstance(each, inspect.StrType | inspect.LiteralType) for each in _types_in(hint))


def a_moment(hint: Any) -> bool:
    """Return whether a field of this type holds a point in time."""
    return any(isinstance(each, inspect.IntType) and each.ge == EARLIEST for each in _types_in(hint))


def many(hint: Any) -> bool:
    """Return whether a field of this type holds several texts."""
    return any(isinstance(each, inspect.VarTupleType) for each in _types_in(hint))


def misfit(content: object, hint: Any) -> str:
    """Return why this content does not fit a field of type `hint`; an empty text if it fits.

    >>> from schemas.touchpoints.units import Count
    >>> misfit("7", Count), misfit("seven", Count)
    ('', 'Expected `int`, got `str`')
    """
    try:
        msgspec.convert(content, hint, strict=False)
    except msgspec.ValidationError as error:
        return str(error)
    return ""
