"""How a mapping says what a field holds: a constant, a text with columns, or a table with a conversion; and what a field can hold.

The type that the record declares for the field decides what fits it.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any, get_type_hints

import msgspec
from msgspec import inspect

from agents.tools.mapping.desk import Desk
from agents.tools.mapping.times import timed
from agents.tools.mapping.values import HOLE, Value, amount, as_text, column, either, nothing, text, translated
from schemas.touchpoints import Touchpoint
from schemas.touchpoints.units import EARLIEST
from streams.blueprints.lines import Path

SOURCES = ("column", "text", "either", "sum")
CONVERSIONS = ("values", "otherwise", "times", "format", "zone", "day_at", "default")


def value_of(desk: Desk, path: Path, spec: Any, hint: Any) -> Value:
    """The value that a specification declares for a field of this type; what is wrong with it is noted."""
    if isinstance(spec, dict):
        return _table(desk, path, spec, hint)
    if isinstance(spec, list) and many(hint):
        each = [_scalar(desk, path, one, str) for one in spec]
        return lambda seen: tuple(content for value in each if (content := value(seen)) is not None)
    if a_moment(hint) and isinstance(spec, str) and HOLE.search(spec):
        return timed(desk, path, {}, _scalar(desk, path, spec, str))
    return _scalar(desk, path, spec, hint)


def _scalar(desk: Desk, path: Path, spec: Any, hint: Any) -> Value:
    """A constant, which must fit the field, or a text with columns, which only a row can show to fit."""
    if isinstance(spec, str) and HOLE.search(spec.replace("{{", "").replace("}}", "")):
        desk.named_in(path, spec)
        return text(spec)
    content = text(spec)(_NO_ROW) if isinstance(spec, str) else spec
    if wrong := misfit(content, hint):
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
    if a_moment(hint) or {"format", "zone", "day_at"} & spec.keys():
        value = timed(desk, path, spec, value)
    if textual(hint):
        value = as_text(value)
    if "values" in spec:
        words = desk.table((*path, "values"), spec["values"])
        for word, content in words.items():
            if wrong := misfit(content, hint):
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
    return amount(names, Decimal(str(factor)), whole(hint))


@cache
def hints_of(kind: type[Touchpoint]) -> dict[str, Any]:
    """The type of each field of this kind, with its bounds."""
    wanted = kind.__struct_fields__
    return {name: hint for name, hint in get_type_hints(kind, include_extras=True).items() if name in wanted}


@cache
def required(kind: type[Touchpoint]) -> tuple[str, ...]:
    """The fields this kind cannot do without.

    >>> from schemas.touchpoints import BY_KIND
    >>> required(BY_KIND["page_viewed"])
    ('id', 'customer', 'at', 'page')
    """
    found = inspect.type_info(kind)
    return tuple(each.name for each in found.fields if each.required) if isinstance(found, inspect.StructType) else ()


def _single(hint: Any) -> tuple[Any, ...]:
    found = inspect.type_info(hint)
    return found.types if isinstance(found, inspect.UnionType) else (found,)


def whole(hint: Any) -> bool:
    """Whether only whole numbers fit.

    >>> from schemas.touchpoints.units import Cents, Score
    >>> whole(Cents | None), whole(Score)
    (True, False)
    """
    return any(isinstance(each, inspect.IntType) for each in _single(hint))


def textual(hint: Any) -> bool:
    """Whether it holds a text."""
    return any(isinstance(each, inspect.StrType | inspect.LiteralType) for each in _single(hint))


def a_moment(hint: Any) -> bool:
    """Whether it is a point in time."""
    return any(isinstance(each, inspect.IntType) and each.ge == EARLIEST for each in _single(hint))


def many(hint: Any) -> bool:
    """Whether it holds several texts."""
    return any(isinstance(each, inspect.VarTupleType) for each in _single(hint))


def misfit(content: object, hint: Any) -> str:
    """Why this content does not fit the field; empty where it does.

    >>> from schemas.touchpoints.units import Count
    >>> misfit("7", Count), misfit("seven", Count)
    ('', 'Expected `int`, got `str`')
    """
    try:
        msgspec.convert(content, hint, strict=False)
    except msgspec.ValidationError as error:
        return str(error)
    return ""
